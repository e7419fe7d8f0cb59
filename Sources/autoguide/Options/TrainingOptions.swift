import ArgumentParser
import Datasets
import GuidedDiffusion

/// The numbers of a training: a preset's, each of which can be changed.
struct TrainingOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "edm2-img512-xxs to -xxl, edm2-img64-xs to -xl, or for small pictures small, small-guide, "
        + "tiny.", valueName: "name"))
  var preset = "small"

  @Option(help: ArgumentHelp("Images to train on in all.", valueName: "images"))
  var duration: ImageCount?

  @Option(help: ArgumentHelp("Images per step.", valueName: "images"))
  var batch: ImageCount?

  @Option(help: "Channels of the finest level.")
  var channels: Int?

  @Option(
    help: ArgumentHelp(
      "Channels of each level over those of the finest, as 1,2,4.", valueName: "list"))
  var multipliers: WholeNumbers?

  @Option(help: "Residual blocks per level.")
  var blocks: Int?

  @Option(
    help: ArgumentHelp(
      "Resolutions at which blocks attend, as 16,8; 0 for none.", valueName: "list"))
  var attention: WholeNumbers?

  @Option(help: "Probability of dropout.")
  var dropout: Double?

  @Option(
    name: [.customLong("p-mean"), .customLong("P_mean")], parsing: .unconditional,
    help: "Mean of ln sigma.")
  var noiseMean: Double?

  @Option(
    name: [.customLong("p-std"), .customLong("P_std")],
    help: "Standard deviation of ln sigma.")
  var noiseDeviation: Double?

  @Option(help: "Learning rate before it decays.")
  var lr: Double?

  @Option(help: ArgumentHelp("Batches until the learning rate decays.", valueName: "batches"))
  var decay: Double?

  @Option(
    help: ArgumentHelp(
      "Images over which the learning rate grows from 0. (default: 10M, small ones 50k)",
      valueName: "images"))
  var rampup: ImageCount?

  @Option(help: ArgumentHelp("Lengths of the averages, as 0.05,0.10.", valueName: "list"))
  var ema: AverageLengths?

  @Option(
    name: .customLong("sigma-data"),
    help: "Standard deviation of the data (see 'autoguide dataset inspect').")
  var sigmaData: Double?

  @Option(help: "Of weights, noise, and the order of the data.")
  var seed = 0

  @Flag(inversion: .prefixedNo, help: "Train with the classes. (default: if there are any)")
  var cond: Bool?

  @Flag(help: "Draw every image mirrored as well.")
  var mirror = false

  /// The recipe for a dataset.
  ///
  /// - Throws: ``SettingsError`` for numbers that make no sense, ``Failure`` if classes are missing.
  func recipe(for dataset: Dataset) throws -> EDM2Recipe {
    let hasLabels = dataset.labels.width > 0
    if cond == true && !hasLabels {
      throw Failure("\(dataset.source) has no labels (dataset.json): use --no-cond")
    }
    var preset = try EDM2TrainingPreset.named(preset)
    if let channels { preset.width = channels }
    if let multipliers { preset.multipliers = multipliers.values }
    if let blocks { preset.blocks = blocks }
    if let attention { preset.attention = attention.values.filter { $0 > 0 } }
    if let dropout { preset.dropout = dropout }
    guard 1...65536 ~= preset.width, preset.multipliers.allSatisfy({ 1...64 ~= $0 }) else {
      throw SettingsError("channels of \(preset.width) times \(preset.multipliers)")
    }
    let channels = dataset.isLatent ? dataset.shape.channels / 2 : dataset.shape.channels
    var recipe = preset.recipe(
      resolution: dataset.shape.width, channels: channels,
      labels: hasLabels && cond != false ? dataset.labels.width : 0)
    if let noiseMean { recipe.noiseMean = noiseMean }
    if let noiseDeviation { recipe.noiseDeviation = noiseDeviation }
    if let lr { recipe.learningRate = lr }
    if let decay { recipe.decayBatches = decay }
    if let rampup { recipe.rampUpImages = Double(rampup.images) }
    if let ema { recipe.averages = ema.values }
    if let sigmaData { recipe.network.sigmaData = sigmaData }
    (recipe.seed, recipe.mirrors, recipe.isLatent) = (seed, mirror, dataset.isLatent)
    if let batch { recipe.batch = batch.images }
    if let duration { recipe.duration = duration.images }
    recipe.duration = (recipe.duration + recipe.batch - 1) / max(recipe.batch, 1) * recipe.batch
    try recipe.validate()
    return recipe
  }
}

/// Whole numbers as `1,2,4`.
struct WholeNumbers: ExpressibleByArgument {
  let values: [Int]

  init?(argument: String) {
    let parts = argument.split(separator: ",", omittingEmptySubsequences: false)
    values = parts.compactMap { Int($0) }
    guard values.count == parts.count else { return nil }
  }
}
