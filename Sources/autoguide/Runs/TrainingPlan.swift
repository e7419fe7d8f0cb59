import Datasets
import Foundation
import GuidedDiffusion

/// What `training_options.json` holds and `--dry-run` prints.
struct TrainingPlan: Encodable {
  let data: String
  let images: Int
  let recipe: EDM2Recipe
  let intervals: TrainingRun.Intervals
  let version = libraryVersion

  /// Trained parameters, and multiply-adds of the network for one image.
  let parameters: Int
  let multiplyAdds: Int

  /// By which a training that goes on is recognised.
  let settings: String

  init(_ recipe: EDM2Recipe, _ dataset: Dataset, intervals: TrainingRun.Intervals) throws {
    (data, images) = (dataset.source, dataset.count)
    (self.recipe, self.intervals) = (recipe, intervals)
    let graph = recipe.network.graph()
    parameters = graph.parameters.map(\.shape.count).reduce(0, +)
    multiplyAdds = graph.multiplyAdds
    settings = try Self.settings(recipe, dataset)
  }

  /// What decides the bits of a training besides the device, without its end.
  private static func settings(_ recipe: EDM2Recipe, _ dataset: Dataset) throws -> String {
    var endless = recipe
    endless.duration = 0
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys]
    let text = String(decoding: try encoder.encode(endless), as: UTF8.self)
    return "\(text) \(dataset.count) images of \(dataset.shape), \(dataset.labels.width) labels"
  }

  /// One line per fact.
  var text: String {
    let network = recipe.network
    let edge = network.imageResolution
    let every = [
      ("status", intervals.status), ("snapshots", intervals.snapshot),
      ("samples", intervals.samples),
    ].map { "\($0) every \(ImageCount($1))" }.joined(separator: ", ")
    let lengths = recipe.averages.map { Units.number($0.length) }.joined(separator: ", ")
    let lines = [
      (
        "data",
        "\(data), \(images) images of \(edge) x \(edge), "
          + (network.labelCount > 0 ? "\(network.labelCount) classes" : "without classes")
      ),
      (
        "network",
        "channels \(network.levelChannels), \(network.blocksPerLevel) blocks per level, "
          + "\(Units.threeDigits(Double(parameters) * 1e-6)) million parameters, "
          + "\(Units.threeDigits(Double(multiplyAdds) * 1e-6)) MMAC"
      ),
      (
        "noise",
        "ln sigma ~ N(\(recipe.noiseMean), \(recipe.noiseDeviation)^2), "
          + "sigma_data \(network.sigmaData), dropout \(network.dropout)"
      ),
      (
        "rate",
        "\(recipe.learningRate), growing over \(Units.number(recipe.rampUpImages)) images, "
          + "decaying from \(Units.number(recipe.decayBatches)) batches"
      ),
      ("duration", "\(ImageCount(recipe.duration)) images in batches of \(recipe.batch)"),
      ("averages", lengths), ("reports", every),
    ]
    return lines.map { name, value in
      name + String(repeating: " ", count: 10 - name.count) + value
    }.joined(separator: "\n")
  }
}
