import ArgumentParser
import Foundation
import GuidedDiffusion

struct Tune: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Measure which convolution algorithms are the fastest on a device.",
    discussion: """
      Measures every 3x3 convolution of a network by each algorithm that is exact enough, and keeps \
      the choices for this device and driver in the cache; other commands use them with --tuned. \
      Images made with other choices differ in their last bits, and their recipes say so.
      """)

  @Argument(
    help: ArgumentHelp(
      "A network file, or a published name such as edm2-img512-xs. (default: the built-in pair)"),
    completion: .file())
  var network: String?

  @Option(help: "Number of images to measure with; the choice holds for every number.")
  var batch = 4

  @Option(help: "Bound on the error of one convolution.")
  var accuracy = Accuracy.standard

  @OptionGroup(title: "Device") var device: DeviceOptions
  @OptionGroup(title: "Report") var output: OutputOptions

  func validate() throws {
    if batch < 1 { throw ValidationError("--batch is \(batch): give 1 or more") }
  }

  func run() throws {
    guard case .openCL(let device) = try device.choose() else {
      throw SettingsError("only OpenCL devices are tuned; the fallback has one algorithm")
    }
    let tuner = AlgorithmTuner(on: try Context(device), accuracy: accuracy, batch: batch)
    var rows: [Row] = []
    for graph in try graphs() {
      let results = try tuner.tune(graph) { result, done, total in
        let row = Row(result)
        rows.append(row)
        if !output.json { try? Console.print(row.text) }
        if !output.quiet && Console.isInteractive { Console.rewrite("\(done) of \(total)") }
      }
      // After every network, so that an interrupted run keeps what it measured.
      var file = TuningFile(for: device)
      file.add(results, accuracy)
      try file.write(for: device)
    }
    if output.json { try Console.print(json: rows) }
    if !output.quiet { Console.complain("kept in \(TuningFile.url(for: device).path)") }
  }

  /// The networks to measure.
  private func graphs() throws -> [Graph] {
    guard let network else {
      let pair = try EDM2Network.embedded
      return [pair.main, pair.guide].map { $0.configuration.graph() }
    }
    if let published = EDM2Configuration.published(network), !isRegularFile(network) {
      return [published.graph()]
    }
    return [try EDM2Network(network).configuration.graph()]
  }

  /// One shape as it is printed.
  struct Row: Encodable {
    struct Candidate: Encodable {
      var algorithm: String
      var seconds: Double
      var error: Double
    }

    var convolution: String
    var best: String
    var candidates: [Candidate]

    init(_ result: AlgorithmTuner.Result) {
      convolution = result.name
      best = result.best.name
      candidates = result.candidates.map {
        Candidate(algorithm: $0.algorithm.name, seconds: $0.seconds, error: $0.error)
      }
    }

    /// For example `3x3 64->64 @32x32  winograd-4  direct 1.90 ms, ...`.
    var text: String {
      let times = candidates.map {
        "\($0.algorithm) " + String(format: "%.2f ms (error %.0e)", $0.seconds * 1e3, $0.error)
      }
      return "\(convolution)  best \(best)  \(times.joined(separator: ", "))"
    }
  }
}
