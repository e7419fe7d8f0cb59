import ArgumentParser
import Foundation
import GuidedDiffusion

struct MetricsReference: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "ref",
    abstract: "Compute the statistics of reference images.",
    discussion: """
      EXAMPLES:
        autoguide metrics ref fashion.zip --dest fashion-ref.safetensors
        autoguide metrics ref images/ --images 10000 --dest ref.safetensors
        autoguide metrics ref images/ --metrics fid,fd_dinov2,kid,pr --dest ref.safetensors
      """)

  @Argument(help: "A folder or zip file of PNG images, or an IDX file.", completion: .file())
  var data: String

  @Option(
    help: ArgumentHelp("File of the statistics.", valueName: "file"),
    completion: .file(extensions: ["safetensors"]))
  var dest: String

  @Option(help: ArgumentHelp("Take as many images, by chance. (default: all)", valueName: "n"))
  var images: Int?

  @Option(help: ArgumentHelp("Seed of the choice.", valueName: "n"))
  var seed = 0

  @Flag(help: "Replace the file if it is there.")
  var overwrite = false

  @OptionGroup(title: "Features") var features: FeatureOptions
  @OptionGroup(title: "Device") var device: DeviceOptions
  @OptionGroup(title: "Compilation") var compilation: CompilationOptions
  @OptionGroup(title: "Report") var output: OutputOptions

  func run() async throws { try write() }

  // Inlined into an asynchronous `run()`, typed errors crash the optimiser of Swift 6.3.
  @inline(never)
  private func write() throws {
    if !overwrite { try refuseExisting(dest) }
    try checkWritable(dest)
    let source = try DatasetFeatures(data, count: images, seed: seed, isQuiet: output.quiet)
    let extractors = try features.extractors(on: device.choose(), compilation)
    try source.statistics(extractors).write(to: dest)
    if output.json {
      try Console.print(json: Report(file: dest, images: source.places.count))
    } else {
      try Console.print(dest)
    }
  }

  private struct Report: Encodable {
    var file: String
    var images: Int
  }
}
