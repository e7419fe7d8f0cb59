/// Main network, guides and the fused guidance step on one OpenCL device (see ``GuidedPlan``).
///
/// An evaluation enqueues the main network, the active guides and one `guided_step` into one
/// queue; the host waits only in ``finish()``. The state is `State`, whatever the networks' precision.
/// Guides may have a device of their own: the host then copies what goes from one to the other.
public final class OpenCLPlan<State: SamplerScalar>: GuidedPlan {
  /// Largest batch.
  public let capacity: Int

  private let main: OpenCLDenoiser
  private let guides: PlanGuides
  private let guideCount: Int
  private let shape: Shape

  private let x: Buffer
  private let noise: Buffer
  private let input: Buffer
  private let step: Launch
  private let addNoise: Launch
  private(set) var batch = 0

  var context: Context { x.context }

  /// All launches of a guided evaluation.
  var launches: [Launch] { main.launches + guides.launches + [step] }

  /// Multiply-adds of one guided evaluation for one image.
  public var multiplyAdds: Int { main.multiplyAdds + guides.multiplyAdds }

  /// Most guides that one step combines.
  static var largestGuideCount: Int { 7 }

  /// Compiles the networks for a device.
  ///
  /// - Parameters:
  ///   - main: the main network.
  ///   - guides: up to 7 guiding networks, for images of the same shape.
  ///   - capacity: largest batch.
  ///   - options: algorithms, and memory for the weights of all networks.
  ///   - context: the device.
  ///   - guideContext: the device of the guides, if it is another one.
  /// - Throws: ``OpenCLError``, or what the networks' parameters throw.
  public init(
    main: PreconditionedNetwork, guides: [PreconditionedNetwork] = [], capacity: Int,
    options: OpenCLOptions = OpenCLOptions(), on context: Context,
    guidesOn guideContext: Context? = nil
  ) throws {
    precondition(guides.count <= Self.largestGuideCount, "\(guides.count) guides")
    self.capacity = capacity
    shape = main.imageShape
    let (image, alignment) = (PaddedLayout.count(shape), context.device.subBufferAlignment)
    let states = image * capacity * MemoryLayout<State>.stride
    let outputs = (image * capacity * 4 + alignment - 1) / alignment * alignment
    x = try Buffer(size: states, on: context)
    noise = try Buffer(size: states, on: context)
    input = try Buffer(size: image * capacity * 4, on: context)
    let raw = try Buffer(size: outputs, on: context)
    let guideRaw = try Buffer(size: max(1, guides.count) * outputs, on: context)
    let guidePlaces = try guides.indices.map {
      try Buffer(guideRaw, offset: $0 * outputs, size: outputs)
    }
    let (start, slope) = (
      try Buffer(size: states, on: context), try Buffer(size: states, on: context)
    )
    let input = input
    // The choice of algorithms does not depend on where guides compute.
    let shares = AlgorithmPlan.shares(of: [main] + guides, options.resolved(for: context.device))
    for guide in guides {
      precondition(
        guide.imageShape == main.imageShape,
        "a guide for \(guide.imageShape), the main network for \(main.imageShape)")
    }
    self.main = try OpenCLDenoiser(
      main, capacity: capacity, options: shares[0], input: input, output: raw, on: context)
    guideCount = guides.count
    self.guides =
      if let guideContext, !guides.isEmpty {
        .remote(
          try RemoteGuides(
            guides, capacity: capacity, options: Array(shares.dropFirst()), on: guideContext,
            places: guidePlaces))
      } else {
        .local(
          try guides.indices.map { index in
            try OpenCLDenoiser(
              guides[index], capacity: capacity, options: shares[index + 1], input: input,
              output: guidePlaces[index], on: context)
          })
      }

    let type = State.self == Double.self ? "double" : "float"
    let isGrouped = options.kernels(on: context.device) == .gpu
    let program = try context.program(
      .guidance, options: "-DSTATE=\(type) -DGROUPED=\(isGrouped ? 1 : 0)")
    // One item for every core, several where the state is large.
    let blocks = isGrouped ? 1 : max(1, image * capacity / (8 * 4 * context.device.computeUnits))
    let group = isGrouped ? Lowering.group : 1
    let size: (Int) -> [Int] = { batch in
      let items = (batch * image / 8 + blocks - 1) / blocks
      return [(items + group - 1) / group * group]
    }
    step = try Launch(
      "guided_step", of: program,
      [
        .buffer(x), .buffer(start), .buffer(slope), .buffer(input), .buffer(raw),
        .buffer(guideRaw), .int(outputs / 4), .vector([Float](repeating: 0, count: 16)),
        .vector([State](repeating: 0, count: 8)), .int(0), .int(0), .value(State(1)),
        .value(State(0)),
        .perImage(image), .int(blocks),
      ], local: [group], size: size)
    addNoise = try Launch(
      "add_noise", of: program,
      [
        .buffer(x), .buffer(noise), .buffer(input), .value(State(0)), .perImage(image),
        .int(blocks),
      ], local: [group], size: size)
  }

  /// Starts a batch: writes the state and the labels to the device.
  public func begin(x: [State], classes: [Int]?) throws {
    precondition(
      x.count % shape.count == 0 && 1...capacity ~= x.count / shape.count,
      "\(x.count) elements for at most \(capacity) images of \(shape)")
    batch = x.count / shape.count
    let padded = PaddedLayout.padded(x, channels: shape.channels)
    try self.x.write(padded)
    try input.write(padded.map { Float($0) })
    try main.setClasses(classes, batch: batch)
    try guides.setClasses(classes, batch: batch)
  }

  /// x ← x + scale noise.
  public func addNoise(_ noise: [State], scale: State) throws {
    precondition(noise.count == batch * shape.count, "\(noise.count) elements of noise")
    try self.noise.write(PaddedLayout.padded(noise, channels: shape.channels))
    try addNoise.set(3, .value(scale))
    try addNoise.enqueue(batch: batch)
  }

  /// Euler step at sigma; enqueues and returns.
  public func euler(from sigma: State, to next: State, weights: [Double]?) throws {
    try evaluate(at: sigma, delta: next - sigma, isCorrection: false, weights)
  }

  /// Second-order correction at `next`; enqueues and returns.
  public func correct(from sigma: State, to next: State, weights: [Double]?) throws {
    try evaluate(at: next, delta: next - sigma, isCorrection: true, weights)
  }

  /// Waits for all steps so far.
  public func wait() throws { try x.context.finish() }

  /// Waits and reads the state.
  public func finish() throws -> [State] {
    let padded = try x.read(batch * PaddedLayout.count(shape), as: State.self)
    return PaddedLayout.dense(padded, channels: shape.channels)
  }

  /// Networks at (x, sigma), then the fused step.
  private func evaluate(
    at sigma: State, delta: State, isCorrection: Bool, _ weights: [Double]?
  ) throws {
    precondition(weights == nil || weights?.count == guideCount, "a weight per guide")
    let isGuided = weights != nil && guideCount > 0
    if isGuided { try guides.prepare(input, batch: batch) }
    var scales = [try main.enqueue(sigma: Float(sigma), batch: batch)]
    if isGuided { scales += try guides.evaluate(sigma: Float(sigma), batch: batch) }
    var factors = [Float](repeating: 0, count: 16)
    for (index, scale) in scales.enumerated() {
      (factors[2 * index], factors[2 * index + 1]) = (scale.skip, scale.out)
    }
    var guidance = [State](repeating: 0, count: 8)
    for (index, weight) in (weights ?? []).enumerated() { guidance[index] = State(weight) }
    try step.set(7, .vector(factors))
    try step.set(8, .vector(guidance))
    try step.set(9, .int(isGuided ? guideCount : 0))
    try step.set(10, .int(isCorrection ? 1 : 0))
    try step.set(11, .value(sigma))
    try step.set(12, .value(delta))
    try step.enqueue(batch: batch)
    try x.context.flush()
  }
}
