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

  @Option(
    help: ArgumentHelp(
      "A file of results that are there already, to which the new ones are added.",
      discussion: "What was measured is not measured again: a sweep can be stopped at any time."),
    completion: .file())
  var stored: String?

  @Flag(help: "Measure errors, no times.")
  var errorsOnly = false

  @Flag(help: "Print what is stored as a table in Markdown and measure nothing.")
  var table = false

  @Option(
    help: "Draw what is stored, at the first batch size, as SVG and measure nothing.",
    completion: .file(extensions: ["svg"]))
  var chart: String?

  @OptionGroup var options: DeviceOptions

  func validate() throws {
    if (table || chart != nil) && stored == nil {
      throw ValidationError("--table and --chart draw what is stored: give --stored FILE")
    }
  }

  func run() async throws {
    let sweep = try ConvolutionSweep(file: stored)
    if table || chart != nil { return try show(sweep.reports) }
    let context = try options.context()
    for site in try sites() {
      let trial = ConvolutionTrial(site)
      for algorithm in site.algorithms {
        try await measure(trial, algorithm, in: sweep, on: context)
      }
    }
  }

  /// Shows reports as a table, a chart or both.
  private func show(_ reports: [Report]) throws {
    if table { Output.write(ConvolutionTable(reports).text) }
    guard let chart else { return }
    let svg = ConvolutionChart(reports, batch: batch.sizes[0]).svg
    try AtomicFile.write(Array(svg.utf8), to: chart)
    Output.write(chart)
  }

  /// The distinct convolutions of all networks.
  private func sites() throws -> [ConvolutionSite] {
    var (sites, seen): ([ConvolutionSite], Set<ConvolutionSite>) = ([], [])
    for network in networks {
      for (site, _) in try NetworkSource(network).network.graph.convolutionSites
      where seen.insert(site).inserted && (only.map(site.description.contains) ?? true) {
        sites.append(site)
      }
    }
    return sites
  }

  /// What is not stored of one convolution by one algorithm.
  private func measure(
    _ trial: ConvolutionTrial, _ algorithm: ConvolutionAlgorithm, in sweep: ConvolutionSweep,
    on context: Context
  ) async throws {
    let name = trial.site.description
    let batches =
      errorsOnly ? [] : batch.sizes.filter { !sweep.has(name, algorithm.name, batch: $0) }
    let known = sweep.error(name, algorithm.name)
    if batches.isEmpty && known != nil { return }
    let executable = try trial.compile(
      algorithm, capacity: errorsOnly ? 1 : batch.sizes.max() ?? 1, on: context)
    let error = try known ?? trial.error(of: executable)
    if errorsOnly {
      let row = ConvolutionError(name: name, algorithm: algorithm.name, error: error)
      try sweep.add(row)
      Output.write(options.json ? try Output.json(row) : row.line)
    }
    for batch in batches {
      let subject = Subject(
        name: name, batch: batch, operations: 2 * Double(executable.multiplyAdds * batch)
      ) { try executable.runOnly(batch: batch) }
      let measurement = try await Measurement(
        of: subject, repeats: options.repeats, on: context)
      var report = Report(subject, measurement, on: context.device)
      report.algorithm = algorithm.name
      report.error = error
      try sweep.add(report)
      try report.show(json: options.json)
    }
  }
}

extension ConvolutionSite {
  /// All that can compute it.
  fileprivate var algorithms: [ConvolutionAlgorithm] {
    allowsWinograd ? [.direct, .winograd(2), .winograd(4), .winograd(6)] : [.direct]
  }
}

/// One convolution with random numbers, and its exact result.
private final class ConvolutionTrial {
  let site: ConvolutionSite
  private let graph: Graph
  private let input: Tensor<Float>

  init(_ site: ConvolutionSite) {
    self.site = site
    graph = site.graph
    let elements = RandomParameters(seed: 2).elements(
      of: "x", shape: .fixed(site.input.count), as: Float.self)
    input = Tensor(shape: [1] + site.input.dimensions, elements: elements)
  }

  /// By the Double backend; computed once.
  private lazy var expected = Result {
    let oracle = try CPUExecutable<Double>(
      compiling: graph, parameters: RandomParameters(seed: 1), outputs: ["y"])
    let exact = Tensor(shape: input.shape, elements: input.elements.map { Double($0) })
    return oracle.run(["x": exact])["y"]?.elements ?? []
  }

  func compile(
    _ algorithm: ConvolutionAlgorithm, capacity: Int, on context: Context
  ) throws -> OpenCLExecutable {
    try OpenCLExecutable(
      compiling: graph, parameters: RandomParameters(seed: 1), outputs: ["y"],
      capacity: capacity, options: OpenCLOptions(table: .forced(algorithm)), on: context,
      isolated: false)
  }

  /// Largest difference from the exact result over its root mean square.
  func error(of executable: OpenCLExecutable) throws -> Double {
    let expected = try expected.get()
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
