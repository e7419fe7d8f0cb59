import GuidedDiffusion

/// The fused guidance step and its noise kernel around networks of one convolution.
public struct GuidanceCase: Sendable, CustomStringConvertible {
  /// One weight per guide.
  public let weights: [Double]

  /// Whether the state is fp64.
  public let isDouble: Bool

  /// Number of images.
  public let batch: Int

  /// Which kernels compute it.
  let kernels: KernelClass

  /// For example `guided step w [2.1] double b3 gpu`.
  public var description: String {
    "guided step w \(weights) \(isDouble ? "double" : "float") b\(batch) \(kernels)"
  }

  /// Runs every kind of step on a device and in Double.
  ///
  /// - Parameter context: the device.
  /// - Returns: largest absolute difference over the root mean square of the Double result.
  /// - Throws: what the device reports.
  public func error(on context: Context) throws -> Double {
    let main = Self.network("main")
    let guides = weights.indices.map { Self.network("guide\($0)") }
    let oracle = CPUPlan<Double, Double>(
      main: try CPUDenoiser(compiling: main.graph, parameters: main.parameters),
      guides: try guides.map { try CPUDenoiser(compiling: $0.graph, parameters: $0.parameters) },
      capacity: batch)
    let expected = try run(oracle)
    let options = OpenCLOptions(kernels: kernels, precision: .single)
    if isDouble {
      let plan = try OpenCLPlan<Double>(
        main: main, guides: guides, capacity: batch, options: options, on: context)
      return relativeError(try run(plan), expected)
    }
    let plan = try OpenCLPlan<Float>(
      main: main, guides: guides, capacity: batch, options: options, on: context)
    return relativeError(try run(plan), expected)
  }

  private func run<State: SamplerScalar>(_ plan: any GuidedPlan<State>) throws -> [State] {
    let numbers = CaseParameters(seed: 3)
    let count = batch * 3 * 3 * 5
    try plan.begin(x: numbers.normals("x", count: count), classes: nil)
    try plan.euler(from: 5, to: 2, weights: weights)
    try plan.correct(from: 5, to: 2, weights: weights)
    try plan.addNoise(numbers.normals("noise", count: count), scale: 0.5)
    try plan.euler(from: 2.1, to: 1, weights: nil)
    return try plan.finish()
  }

  /// F is a 1x1 convolution of x, scaled by c_noise.
  private static func network(_ name: String) -> PreconditionedNetwork {
    var graph = Graph()
    let x = graph.input("x", .batched(3, 3, 5))
    let sigma = graph.input("sigma", .batched(1))
    let weights = graph.parameter("\(name).w", 5, 5, 1, 1)
    let y = graph.convolution(x, weights, padding: .all(0))
    Preconditioning(sigma: sigma, sigmaData: 0.5, in: &graph).nameResults(
      x: x, raw: graph.binary(.multiply, y, graph.unary(.logarithm, sigma)), in: &graph)
    return PreconditionedNetwork(graph, parameters: CaseParameters(seed: 2), sigmaData: 0.5)
  }
}

extension GuidanceCase {
  /// No guide, one and several, w on both sides of 1/2 and 1, both types of state.
  public static let all: [GuidanceCase] = [[], [2.1], [0.3], [1], [1.5, 0.7, 3]].enumerated()
    .flatMap { index, weights in
      [false, true].flatMap { isDouble in
        KernelClass.allCases.map { kernels in
          GuidanceCase(
            weights: weights, isDouble: isDouble, batch: index % 3 + 1, kernels: kernels)
        }
      }
    }
}

extension KernelCase {
  /// All cases.
  public static let all: [KernelCase] =
    convolutions + otherConvolutions + prologues + concatenations + epilogues + linears + unaries
    + binaries + channels + resamplings + attentions + images + biasedConvolutions
    + launches + autoencoders + transformers + trainedConvolutions + gradients + expressions
    + chains
    + dropouts
}
