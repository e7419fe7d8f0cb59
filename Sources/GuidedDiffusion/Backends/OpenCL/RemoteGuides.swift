/// The guides of a plan on a device of their own, beside the main network's.
///
/// Per evaluation their input comes over once and their outputs go back once, through memory of the
/// host. Both devices compute side by side: the host waits for what it has to copy, and for nothing
/// else.
final class RemoteGuides {
  private let networks: [OpenCLDenoiser]
  private let context: Context
  private let main: Context

  /// x as the networks' input, and F of each.
  private let input: Buffer
  private let outputs: [Buffer]

  /// Where F of each is to lie on the main network's device.
  private let places: [Buffer]

  private let sent: HostMemory
  private let received: HostMemory

  /// Multiply-adds of all guides for one image.
  var multiplyAdds: Int { networks.map(\.multiplyAdds).reduce(0, +) }

  /// Bytes of one image's input or output.
  private let imageSize: Int

  /// The input on its way to the host.
  private var arrival: Event?

  /// Compiles guides for a device.
  ///
  /// - Parameters:
  ///   - guides: at least one.
  ///   - capacity: largest batch.
  ///   - options: one for each guide.
  ///   - context: the guides' device.
  ///   - places: where F of each guide is to lie on the main network's device.
  /// - Throws: ``OpenCLError``, or what the networks' parameters throw.
  init(
    _ guides: [PreconditionedNetwork], capacity: Int, options: [OpenCLOptions],
    on context: Context, places: [Buffer]
  ) throws {
    let main = places[0].context
    (self.context, self.main, self.places) = (context, main, places)
    let imageSize = PaddedLayout.count(guides[0].imageShape) * MemoryLayout<Float>.stride
    let input = try Buffer(size: imageSize * capacity, on: context)
    let outputs = try guides.map { _ in try Buffer(size: imageSize * capacity, on: context) }
    networks = try guides.indices.map { index in
      try OpenCLDenoiser(
        guides[index], capacity: capacity, options: options[index], input: input,
        output: outputs[index], on: context)
    }
    (self.imageSize, self.input, self.outputs) = (imageSize, input, outputs)
    sent = HostMemory(size: imageSize * capacity, for: [main, context])
    received = HostMemory(size: imageSize * capacity * guides.count, for: [main, context])
  }

  /// Writes the labels of a batch to the device.
  func setClasses(_ classes: [Int]?, batch: Int) throws {
    for network in networks { try network.setClasses(classes, batch: batch) }
  }

  /// Enqueues the copy of the main device's input to the host, without waiting.
  func fetch(_ input: Buffer, batch: Int) throws {
    arrival = try sent.read(imageSize * batch, of: input)
    try input.context.flush()
  }

  /// Runs all guides as soon as the input has come, and enqueues the copy of their outputs to the
  /// main device.
  ///
  /// - Returns: c_skip and c_out of each.
  func evaluate(sigma: Float, batch: Int) throws -> [(skip: Float, out: Float)] {
    try main.flush()
    try arrival?.wait()
    let size = imageSize * batch
    try sent.write(size, to: input)
    let factors = try networks.map { try $0.enqueue(sigma: sigma, batch: batch) }
    let arrivals = try outputs.enumerated().map { index, output in
      try received.read(size, of: output, to: index * size)
    }
    try context.flush()
    for (index, arrival) in arrivals.enumerated() {
      try arrival.wait()
      try received.write(size, from: index * size, to: places[index])
    }
    return factors
  }
}
