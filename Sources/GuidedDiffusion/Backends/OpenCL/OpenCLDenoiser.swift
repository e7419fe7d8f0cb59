/// One network of a plan: F(c_in x; sigma) from the plan's input to the plan's memory.
final class OpenCLDenoiser {
  private let network: PreconditionedNetwork
  private let executable: OpenCLExecutable

  /// For one image.
  var multiplyAdds: Int { executable.multiplyAdds }

  var launches: [Launch] { executable.launches }

  init(
    _ network: PreconditionedNetwork, capacity: Int, options: OpenCLOptions, input: Buffer,
    output: Buffer, on context: Context
  ) throws {
    self.network = network
    executable = try OpenCLExecutable(
      compiling: network.graph, parameters: network.parameters, outputs: ["raw"],
      capacity: capacity, options: options, on: context,
      shared: ["x": input, "raw": output], isolated: false)
  }

  /// One-hot labels, or zeros without classes; a network without labels ignores them.
  func setClasses(_ classes: [Int]?, batch: Int) throws(OpenCLError) {
    guard let labels = executable.input("labels") else { return }
    let width = PaddedLayout.channels(network.labelCount)
    var elements = [Float](repeating: 0, count: batch * width)
    for (image, label) in (classes ?? []).enumerated() {
      precondition(0..<network.labelCount ~= label, "class \(label) of \(network.labelCount)")
      elements[image * width + label] = 1
    }
    try labels.write(elements)
  }

  /// Enqueues the network without waiting.
  ///
  /// - Returns: c_skip and c_out.
  func enqueue(sigma: Float, batch: Int) throws(OpenCLError) -> (skip: Float, out: Float) {
    // A row of one channel and its padding.
    try executable.input("sigma")?.fill(SIMD8<Float>(sigma, 0, 0, 0, 0, 0, 0, 0), count: batch)
    try executable.enqueue(batch: batch)
    return network.factors(sigma: sigma)
  }
}
