import ArgumentParser
import Datasets
import Figures
import Foundation
import GuidedDiffusion

struct EMASweep: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "sweep",
    abstract: "Measure averages of many lengths, and draw the curve.",
    discussion: """
      Reconstructs an average of each length in --outstd and measures its denoising loss: the \
      weighted squared error over images of --data with noise of the training's levels, the same \
      noise for every length. The networks are not kept (see 'autoguide ema reconstruct').

      EXAMPLES:
        autoguide ema sweep --indir out/main --data fashion.zip --outstd 0.02,0.04,...,0.24
      """)

  @Option(
    help: ArgumentHelp("Folder of the snapshots.", valueName: "dir"), completion: .directory)
  var indir: String

  @Option(help: ArgumentHelp("Only snapshots whose names start so.", valueName: "text"))
  var inprefix: String?

  @Option(
    help: ArgumentHelp("Average lengths to measure, as 0.02,0.04,...,0.24.", valueName: "list"))
  var outstd: AverageLengths

  @Option(
    help: ArgumentHelp("Time of the averages, a snapshot's. (default: the last)", valueName: "kimg")
  )
  var outkimg: Int?

  @Option(
    help: ArgumentHelp("Images to denoise: a zip file or a folder.", valueName: "path"),
    completion: .file())
  var data: String

  @Option(help: ArgumentHelp("How many images.", valueName: "n"))
  var images = ImageCount(1024)

  @Option(
    name: [.customLong("p-mean"), .customLong("P_mean")], parsing: .unconditional,
    help: "Mean of ln sigma.")
  var noiseMean = -0.8

  @Option(
    name: [.customLong("p-std"), .customLong("P_std")], help: "Standard deviation of ln sigma.")
  var noiseDeviation = 1.2

  @Option(help: "Of images and noise.")
  var seed = 0

  @Option(
    help: ArgumentHelp("Draw the curve, as .png, .svg or .pdf.", valueName: "file"),
    completion: .file(extensions: ["png", "svg", "pdf"]))
  var plot: String?

  @OptionGroup(title: "Device") var device: DeviceOptions
  @OptionGroup(title: "Report") var output: OutputOptions

  func validate() throws {
    if let plot, (try? FigureFormat(path: plot)) == nil {
      throw ValidationError("--plot is \(plot): end it in .png, .svg or .pdf")
    }
    guard 1...1 << 24 ~= images.images else {
      throw ValidationError("--images is \(images): give 1 to 16Mi")
    }
    guard noiseDeviation > 0, noiseMean.isFinite, seed >= 0 else {
      throw ValidationError("--p-mean, --p-std or --seed: give a number, more than 0, 0 or more")
    }
  }

  func run() throws {
    let reconstruction = try EMAReconstruction(
      Snapshot.list(indir, prefix: inprefix), kimg: outkimg)
    if let plot { try checkWritable(plot) }
    let points = try measure(reconstruction)
    if let plot { try draw(points, reconstruction).drawing().write(to: plot) }
    if output.json { return try Console.print(json: points) }
    try Console.print("| EMA length | denoising loss |\n|---|---|")
    for point in points {
      try Console.print(String(format: "| %.3f | %.5f |", point.length, point.loss))
    }
    if let plot { try Console.print(plot) }
  }

  private struct Point: Encodable {
    var length: Double
    var loss: Double
  }

  private func measure(_ reconstruction: EMAReconstruction) throws -> [Point] {
    let batches = try DatasetBatches(Dataset(data), seed: seed)
    let batch = try batches.next(images.images)
    let loss = DenoisingLoss(
      noiseMean: noiseMean, noiseDeviation: noiseDeviation, seed: seed,
      device: try device.choose())
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("autoguide-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let path = folder.appendingPathComponent("average.safetensors").path
    let line = ShareLine("\(outstd.values.count) lengths", isQuiet: output.quiet)
    let points = try outstd.values.enumerated().map { index, average in
      try reconstruction.run([.init(average: average, path: path)])
      let network = try EDM2Network(path)
      try check(network, batches)
      let value = try loss(network, images: batch.images, labels: batch.labels) {
        line.update((Double(index) + $0) / Double(outstd.values.count))
        try Task.checkCancellation()
      }
      return Point(length: average.length, loss: value)
    }
    line.finish()
    return points
  }

  private func check(_ network: EDM2Network, _ batches: DatasetBatches) throws {
    let configuration = network.configuration
    guard batches.channels == configuration.imageChannels,
      batches.dataset.shape.width == configuration.imageResolution,
      [0, batches.dataset.labels.width].contains(configuration.labelCount)
    else {
      throw Failure(
        "\(data) holds \(batches.dataset.shape), \(batches.dataset.labels.width) classes: not what "
          + "the snapshots were trained on")
    }
  }

  private func draw(_ points: [Point], _ reconstruction: EMAReconstruction) -> LineChart {
    var curve = LineChart.Series(
      "", points: points.map { SIMD2($0.length, $0.loss) }, colour: .orange)
    curve.hasDots = true
    var chart = LineChart(
      title: "Length of the average", xLabel: "relative standard deviation of the average",
      yLabel: "denoising loss", series: [curve])
    chart.footer =
      "\(reconstruction.kimg) kimg, \(reconstruction.snapshots.count) snapshots, "
      + "\(images) images, autoguide \(libraryVersion)"
    return chart
  }
}
