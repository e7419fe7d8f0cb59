/// Compares the products of an engine with those of the host: every tile, sums longer than what is
/// under way at once, results that fill no tile, borders and strides.
enum EngineSelfTest {
  /// Largest error that is taken for right: results are stored in halves, which round by 2^-11; what
  /// is laid out wrongly is off by as much as the result.
  static let bound = 1e-3

  /// Products that take all tiles of the matrix engines: 64 x 64, and 128 rows by 64, 96 and 128
  /// columns.
  static let trials: [GPUConvolutionTrial] = [
    trial([24, 16], 72, edge: 8, kernel: 3, padding: 1),
    trial([40], 8, edge: 9, kernel: 3, stride: 2, padding: 1),
    trial([200], 128, edge: 16), trial([96], 90, edge: 17), trial([8, 56], 64, edge: 18),
  ]

  private static func trial(
    _ sources: [Int], _ outputs: Int, edge: Int, kernel: Int = 1, stride: Int = 1, padding: Int = 0
  ) -> GPUConvolutionTrial {
    var trial = GPUConvolutionTrial(sources: sources, outputs: outputs)
    (trial.height, trial.width) = (edge, edge)
    (trial.kernel, trial.stride, trial.padding) = (kernel, stride, padding)
    return trial
  }

  /// Tries an engine on a device; another kernel than the library's in tests alone.
  static func run(
    _ engine: GPUEngine, by kernel: KernelSource = .gpuConvolution, on context: Context
  ) -> EngineChoice.Trial {
    do {
      var largest = 0.0
      for trial in trials {
        let difference = try error(of: trial, engine, by: kernel, on: context)
        if !(difference <= bound) { return .wrong(difference) }
        largest = max(largest, difference)
      }
      return .right(largest)
    } catch {
      return .failed("\(error)")
    }
  }

  /// Largest difference from the host's product in Double, relative to the number itself or to the
  /// root mean square of all, whichever is larger; infinite if a result is no number.
  private static func error(
    of trial: GPUConvolutionTrial, _ engine: GPUEngine, by kernel: KernelSource,
    on context: Context
  ) throws -> Double {
    var trial = trial
    trial.engine = engine
    let (batch, taps) = (2, trial.kernel * trial.kernel)
    var generator = CPUGenerator(seed: 1)
    func halves(_ count: Int) -> [Float] {
      generator.floatNormals(count).map { Float(Float16($0)) }
    }
    let x = trial.sources.map { halves(batch * trial.height * trial.width * $0) }
    let weights = halves(trial.outputs * trial.sources.reduce(0, +) * taps)
    let expected = try HostProduct(weights: weights)(trial, x)
    let result = try trial.run(x, weights: weights, by: kernel, on: context)
    let square = expected.map { $0 * $0 }.reduce(0, +) / Double(expected.count)
    var largest = 0.0
    for (value, expected) in zip(result, expected) {
      let difference = abs(Double(value) - expected) / max(abs(expected), square.squareRoot())
      guard difference.isFinite else { return .infinity }
      largest = max(largest, difference)
    }
    return result.count == expected.count ? largest : .infinity
  }
}

/// The product on the host, by the backend that every kernel is checked against.
private struct HostProduct: ParameterSource {
  let weights: [Float]

  func callAsFunction(_ trial: GPUConvolutionTrial, _ x: [[Float]]) throws -> [Double] {
    var graph = Graph()
    var inputs: [String: Tensor<Double>] = [:]
    let parts = trial.sources.enumerated().map { index, channels in
      let axes = [trial.height, trial.width, channels]
      inputs["x\(index)"] = Tensor(
        shape: [x[index].count / axes.reduce(1, *)] + axes, elements: x[index].map(Double.init))
      return graph.input("x\(index)", .batched(trial.height, trial.width, channels))
    }
    let joined = parts.count == 1 ? parts[0] : graph.concatenate(parts)
    let weights = graph.parameter(
      "w", trial.outputs, trial.sources.reduce(0, +), trial.kernel, trial.kernel)
    let y = graph.convolution(
      joined, weights, stride: trial.stride, padding: .all(trial.padding))
    graph.name(y, "result")
    let executable = try CPUExecutable<Double>(
      compiling: graph, parameters: self, outputs: ["result"])
    return executable.run(inputs)["result"]?.elements ?? []
  }

  func elements<Element: BinaryFloatingPoint>(
    of name: String, shape: Shape, as type: Element.Type
  ) -> [Element] { weights.map { Element($0) } }
}
