/// Measures which algorithm is the fastest for each convolution of a network on one device, among
/// those that are exact enough.
public struct AlgorithmTuner {
  /// What was measured for one shape.
  public struct Result: Sendable {
    let shape: ConvolutionShape

    /// For example `3x3 384->128 @64x64`.
    public let name: String

    /// Every candidate: seconds for the batch, and largest error over the result's rms.
    public let candidates: [(algorithm: ConvolutionAlgorithm, seconds: Double, error: Double)]

    /// The fastest within the bound.
    public let best: ConvolutionAlgorithm
  }

  let context: Context
  let accuracy: Accuracy
  let batch: Int
  let repeats: Int

  /// A tuner for one device.
  ///
  /// - Parameters:
  ///   - context: the device.
  ///   - accuracy: bound on the error of a candidate.
  ///   - batch: number of images; the choice then holds for every batch.
  ///   - repeats: runs of each candidate, in turns, of which the median counts.
  public init(on context: Context, accuracy: Accuracy, batch: Int = 4, repeats: Int = 7) {
    self.context = context
    self.accuracy = accuracy
    self.batch = batch
    self.repeats = repeats
  }

  /// The shapes of a graph that have more than one candidate, each once.
  func shapes(of graph: Graph) -> [ConvolutionShape] {
    let forced = AlgorithmTable.forced(.winograd(2))
    var seen = Set<ConvolutionShape>()
    return graph.nodes.filter(\.operation.isConvolution).compactMap { node in
      let shape = ConvolutionShape(node, in: graph)
      guard forced.algorithm(shape) != .direct, seen.insert(shape).inserted else { return nil }
      return shape
    }
  }

  /// Measures all convolutions of a network.
  ///
  /// - Parameters:
  ///   - graph: the network.
  ///   - report: called after each shape, with the number of shapes done and of all.
  /// - Returns: one result per shape.
  /// - Throws: ``OpenCLError``, or `CancellationError` between two shapes.
  public func tune(
    _ graph: Graph, report: (Result, _ done: Int, _ total: Int) -> Void = { _, _, _ in }
  ) throws -> [Result] {
    let shapes = shapes(of: graph)
    return try shapes.enumerated().map { index, shape in
      try Task.checkCancellation()
      let result = try measure(shape)
      report(result, index + 1, shapes.count)
      return result
    }
  }

  private func measure(_ shape: ConvolutionShape) throws -> Result {
    var graph = Graph()
    let x = graph.input("x", .batched(shape.height, shape.width, shape.kernel[1]))
    let weights = graph.parameter(
      "w", shape.kernel[0], shape.kernel[1], shape.kernel[2], shape.kernel[3])
    graph.name(graph.convolution(x, weights, padding: shape.convolution.padding), "y")
    let parameters = RandomParameters(seed: 1)
    let image = parameters.elements(
      of: "x", shape: .batched(shape.height, shape.width, shape.kernel[1]), as: Float.self)
    let exact = try CPUExecutable<Double>(
      compiling: graph, parameters: parameters, outputs: ["y"]
    ).run(["x": Tensor(shape: [1] + graph.shape(x).dimensions, elements: image.map { Double($0) })])
    let input = Tensor(
      shape: [batch] + graph.shape(x).dimensions,
      elements: (0..<batch).flatMap { _ in image })

    let executables = try ConvolutionAlgorithm.all.map { algorithm in
      try OpenCLExecutable(
        compiling: graph, parameters: parameters, outputs: ["y"], capacity: batch,
        table: .forced(algorithm), on: context)
    }
    let errors = try executables.map { executable in
      let y = try executable.run(["x": input])["y"]?.elements ?? []
      return Self.relativeError(y, exact["y"]?.elements ?? [])
    }
    var times = executables.map { _ in [Double]() }
    for _ in 0..<repeats {
      for (index, executable) in executables.enumerated() {
        let time = try ContinuousClock().measure { try executable.runOnly(batch: batch) }
        times[index].append(time / .seconds(1))
      }
    }
    let candidates = ConvolutionAlgorithm.all.indices.map { index in
      (
        algorithm: ConvolutionAlgorithm.all[index],
        seconds: times[index].sorted()[repeats / 2], error: errors[index]
      )
    }
    let allowed = candidates.filter { $0.error <= accuracy.bound }
    let best = allowed.min { $0.seconds < $1.seconds }?.algorithm ?? .direct
    return Result(shape: shape, name: "\(shape)", candidates: candidates, best: best)
  }

  /// Largest absolute difference over the root mean square of `expected`, as far as that goes.
  private static func relativeError(_ actual: [Float], _ expected: [Double]) -> Double {
    let square = expected.reduce(0) { $0 + $1 * $1 } / Double(max(expected.count, 1))
    let largest = zip(actual, expected).reduce(0) { max($0, abs(Double($1.0) - $1.1)) }
    return largest / square.squareRoot()
  }
}
