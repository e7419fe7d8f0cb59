import ArgumentParser
import Datasets
import Figures
import Foundation
import GuidedDiffusion

/// How the denoising loss of averages is measured.
struct DenoisingOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp("Images to denoise: a zip file or a folder.", valueName: "path"),
    completion: .file())
  var data: String?

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

  func validate() throws {
    guard 1...1 << 24 ~= images.images else {
      throw ValidationError("--images is \(images): give 1 to 16Mi")
    }
    guard noiseDeviation > 0, noiseMean.isFinite, seed >= 0 else {
      throw ValidationError("--p-mean, --p-std or --seed: give a number, more than 0, 0 or more")
    }
  }

  /// A length and its loss.
  struct Point: Encodable {
    var length: Double
    var loss: Double
  }

  /// The loss of each average.
  func measure(
    _ averages: [PowerFunctionEMA], _ reconstruction: EMAReconstruction,
    _ options: EvaluationOptions
  ) throws -> [Point] {
    let batches = try DatasetBatches(Dataset(data ?? ""), seed: seed)
    let batch = try batches.next(images.images)
    let loss = DenoisingLoss(
      noiseMean: noiseMean, noiseDeviation: noiseDeviation, seed: seed,
      device: try options.devices.choose().first)
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("autoguide-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let path = folder.appendingPathComponent("average.safetensors").path
    let line = ShareLine("\(averages.count) lengths", isQuiet: options.output.quiet)
    let points = try averages.enumerated().map { index, average in
      try reconstruction.run([.init(average: average, path: path)])
      let network = try EDM2Network(path)
      try check(network, batches)
      let value = try loss(network, images: batch.images, labels: batch.labels) {
        line.update((Double(index) + $0) / Double(averages.count))
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
        "\(data ?? "") holds \(batches.dataset.shape), \(batches.dataset.labels.width) classes: not "
          + "what the snapshots were trained on")
    }
  }

  /// The curve.
  func chart(_ points: [Point], _ reconstruction: EMAReconstruction) -> LineChart {
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
