import ArgumentParser
import Foundation
import GuidedDiffusion

/// Every convolution of a network by every algorithm, with its error.
struct ConvolutionCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "conv",
    abstract: "Time every convolution of networks by every algorithm, and measure its error.",
    discussion: """
      Errors are those of one image against the Double backend, relative to the result's root mean
      square: the largest one. They do not depend on the batch.
      """)

  @Argument(help: "Published names or files.")
  var networks = ["edm2-img512-xs", "edm2-img512-s"]

  @Option(help: "Batch sizes, separated by commas.")
  var batch = BatchSizes([1, 2, 4])

  @Option(help: "Only shapes that contain this, for example '@16x16'.")
  var only: String?

  @OptionGroup var options: DeviceOptions

  func run() async throws {
    let context = try options.context()
    var done: Set<ConvolutionSite> = []
    for network in networks {
      for (site, _) in try NetworkSource(network).network.graph.convolutionSites
      where done.insert(site).inserted && (only.map(site.description.contains) ?? true) {
        let trial = try ConvolutionTrial(site, capacity: batch.sizes.max() ?? 1)
        let algorithms: [ConvolutionAlgorithm] =
          site.allowsWinograd
          ? [.direct, .winograd(2), .winograd(4), .winograd(6)] : [.direct]
        for algorithm in algorithms {
          try await measure(trial, algorithm, on: context)
        }
      }
    }
  }

  private func measure(
    _ trial: ConvolutionTrial, _ algorithm: ConvolutionAlgorithm, on context: Context
  ) async throws {
    let executable = try trial.compile(algorithm, on: context)
    let error = try trial.error(of: executable)
    for batch in batch.sizes {
      let subject = Subject(
        name: trial.site.description, batch: batch,
        operations: 2 * Double(executable.multiplyAdds * batch)
      ) { try executable.runOnly(batch: batch) }
      let measurement = try await Measurement(
        of: subject, repeats: options.repeats, on: context)
      var report = Report(subject, measurement, on: context.device)
      report.algorithm = algorithm.name
      report.error = error
      try report.show(json: options.json)
    }
  }
}

/// One convolution with random numbers, and its exact result.
private struct ConvolutionTrial {
  let site: ConvolutionSite
  let capacity: Int
  private let graph: Graph
  private let input: Tensor<Float>
  private let expected: [Double]

  init(_ site: ConvolutionSite, capacity: Int) throws {
    self.site = site
    self.capacity = capacity
    graph = site.graph
    let elements = RandomParameters(seed: 2).elements(
      of: "x", shape: .fixed(site.input.count), as: Float.self)
    input = Tensor(shape: [1] + site.input.dimensions, elements: elements)
    let oracle = try CPUExecutable<Double>(
      compiling: graph, parameters: RandomParameters(seed: 1), outputs: ["y"])
    let exact = Tensor(shape: input.shape, elements: elements.map { Double($0) })
    expected = oracle.run(["x": exact])["y"]?.elements ?? []
  }

  func compile(
    _ algorithm: ConvolutionAlgorithm, on context: Context
  ) throws -> OpenCLExecutable {
    try OpenCLExecutable(
      compiling: graph, parameters: RandomParameters(seed: 1), outputs: ["y"],
      capacity: capacity, options: OpenCLOptions(table: .forced(algorithm)), on: context,
      isolated: false)
  }

  /// Largest difference from the exact result over its root mean square.
  func error(of executable: OpenCLExecutable) throws -> Double {
    let actual = try executable.run(["x": input])["y"]?.elements ?? []
    precondition(actual.count == expected.count, "\(actual.count) results, not \(expected.count)")
    var (largest, square) = (0.0, 0.0)
    for (a, b) in zip(actual, expected) {
      largest = max(largest, abs(Double(a) - b))
      square += b * b
    }
    return largest / (square / Double(expected.count)).squareRoot()
  }
}
