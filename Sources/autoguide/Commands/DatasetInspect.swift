import ArgumentParser
import Datasets
import Figures
import Foundation
import GuidedDiffusion

struct DatasetInspect: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "inspect",
    abstract: "Check a dataset: size, classes, statistics, a sheet of its images.",
    discussion: """
      Reads every image. Means and deviations are of x = pixel / 127.5 - 1, or of raw latents; \
      sigma_data is the deviation over all channels.
      """)

  @Argument(help: "A zip file or folder.", completion: .file())
  var data: String

  @Option(
    help: ArgumentHelp(
      "Draw images of each class into this file.", valueName: "file"),
    completion: .file(extensions: ["png"]))
  var grid: String?

  @Option(help: ArgumentHelp("Images of each class on the sheet.", valueName: "n"))
  var columns = 10

  @OptionGroup var output: OutputOptions

  func validate() throws {
    guard 1...64 ~= columns else { throw ValidationError("--columns is \(columns): 1 to 64") }
  }

  func run() throws {
    let dataset = try Dataset(data)
    if let grid { try checkWritable(grid) }
    let report = try report(dataset)
    if let grid {
      let sheet = try DatasetSheet(dataset, columns: columns).draw()
      try AtomicFile.write(PNG.encode(sheet), to: grid)
    }
    if output.json { return try Console.print(json: report) }
    try Console.print(report.text)
    if let grid { try Console.print(grid) }
  }

  private func report(_ dataset: Dataset) throws -> Report {
    let line = ShareLine("\(dataset.count) images read", isQuiet: output.quiet)
    let statistics = try DatasetStatistics(dataset) { done in
      line.update(Double(done) / Double(dataset.count))
      try Task.checkCancellation()
    }
    line.finish()
    return Report(dataset, statistics)
  }

  /// What is printed.
  private struct Report: Encodable {
    var data: String
    var images: Int
    var channels: Int
    var resolution: Int
    var isLatent: Bool
    var classes: Int
    var classCounts: [Int]
    var mean: [Double]
    var deviation: [Double]
    var sigmaData: Double

    init(_ dataset: Dataset, _ statistics: DatasetStatistics) {
      data = dataset.source
      images = dataset.count
      channels = dataset.shape.channels
      resolution = dataset.shape.width
      isLatent = dataset.isLatent
      classes = dataset.labels.width
      classCounts = statistics.classCounts
      mean = statistics.mean
      deviation = statistics.deviation
      sigmaData = statistics.sigmaData
    }

    var text: String {
      func list(_ numbers: [Double]) -> String {
        numbers.map { String(format: "%.4f", $0) }.joined(separator: ", ")
      }
      let kind = isLatent ? "latents (means and deviations)" : channels == 1 ? "grey" : "RGB"
      let counts = Set(classCounts)
      let spread =
        counts.isEmpty
        ? ""
        : counts.count == 1
          ? ", \(classCounts[0]) images each"
          : ", \(classCounts.min() ?? 0) to \(classCounts.max() ?? 0) images each"
      return """
        images      \(images)
        size        \(resolution) x \(resolution), \(kind)
        classes     \(classes == 0 ? "none" : "\(classes)\(spread)")
        mean        \(list(mean))
        deviation   \(list(deviation))
        sigma_data  \(list([sigmaData]))
        """
    }
  }
}
