import ArgumentParser
import Foundation
import GuidedDiffusion

struct MetricsCalculate: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "calc",
    abstract: "Compute the Fréchet inception distance of images from a reference.",
    discussion: """
      The reference is a file of 'metrics ref' or 'evaluate', official reference statistics (.pkl), \
      a NumPy archive (.npz) of mu and sigma, or images again.

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
    var extractor: FeatureExtractor?
    let reference = try statistics(ref, chosen: nil, &extractor)
    let sample = try statistics(data, chosen: images, &extractor)
    try DistanceReport(sample, from: reference).print(output)
  }

  /// Statistics in a file, or of images; the network is loaded when images need it.
  private func statistics(
    _ path: String, chosen: Int?, _ extractor: inout FeatureExtractor?
  ) throws -> StatisticsFile {
    if let file = try StatisticsFile(path) { return file }
    let source = try DatasetFeatures(path, count: chosen, seed: seed, isQuiet: output.quiet)
    let loaded = try extractor ?? features.extractor(on: device.choose(), compilation)
    extractor = loaded
    let statistics = try source.statistics(loaded)
    return try StatisticsFile(statistics, path: path)
  }
}
