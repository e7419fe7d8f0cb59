import ArgumentParser
import Foundation
import GuidedDiffusion

struct MetricsCalculate: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "calc",
    abstract: "Compute how far images are from a reference.",
    discussion: """
      The reference is a file of 'metrics ref' or 'evaluate', official reference statistics (.pkl), \
      a NumPy archive (.npz) of mu and sigma, or images again. Of two files of statistics, both \
      Fréchet distances are printed where they allow it, unless --metrics chooses.

      EXAMPLES:
        autoguide metrics calc out/ --ref fashion-ref.safetensors
        autoguide metrics calc samples.safetensors --ref img64.pkl
      """)

  @Argument(
    help: "A folder or zip file of PNG images, an IDX file, or a file of statistics.",
    completion: .file())
  var data: String

  @Option(help: ArgumentHelp("The reference.", valueName: "file"), completion: .file())
  var ref: String

  @Option(help: ArgumentHelp("Take as many images, by chance. (default: all)", valueName: "n"))
  var images: Int?

  @Option(help: ArgumentHelp("Seed of the choice.", valueName: "n"))
  var seed = 0

  @OptionGroup(title: "Features") var features: FeatureOptions
  @OptionGroup(title: "Device") var device: DeviceOptions
  @OptionGroup(title: "Compilation") var compilation: CompilationOptions
  @OptionGroup(title: "Report") var output: OutputOptions

  func run() async throws {
    try show()
  }

  // Inlined into an asynchronous `run()`, typed errors crash the optimiser of Swift 6.3.
  @inline(never)
  private func show() throws { try report().print(output) }

  private func report() throws -> DistanceReport {
    var extractors: FeatureExtractors?
    let reference = try statistics(ref, chosen: nil, &extractors)
    if let metrics = features.metrics { try reference.check(asReferenceFor: metrics.values) }
    let sample = try statistics(data, chosen: images, &extractors)
    let chosen = extractors == nil ? features.metrics?.values : features.chosen
    return try DistanceReport(sample, from: reference, chosen)
  }

  /// Statistics in a file, or of images; the networks are loaded when images need them.
  private func statistics(
    _ path: String, chosen: Int?, _ extractors: inout FeatureExtractors?
  ) throws -> StatisticsFile {
    if let file = try StatisticsFile(path) { return file }
    let source = try DatasetFeatures(path, count: chosen, seed: seed, isQuiet: output.quiet)
    let loaded = try extractors ?? features.extractors(on: device.choose(), compilation)
    extractors = loaded
    let statistics = try source.statistics(loaded)
    return try StatisticsFile(statistics, path: path)
  }
}
