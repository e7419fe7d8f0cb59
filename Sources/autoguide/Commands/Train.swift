import ArgumentParser
import Datasets
import Foundation
import GuidedDiffusion

struct Train: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Train an EDM2 network.",
    discussion: """
      Trains on a dataset in the official format (see 'autoguide dataset convert'), and keeps \
      snapshots of two averages, samples, statistics and the state in a folder. A training that \
      was stopped or killed goes on with the same command, to the same bits. A guide is trained \
      as any network: smaller, and for fewer images.

      EXAMPLES:
        autoguide train --data fashion.zip --preset small --outdir out/main
        autoguide train --data fashion.zip --preset small-guide --outdir out/guide
        autoguide generate --net out/main/network-snapshot-0001048-0.050.safetensors
      """)

  @Option(
    help: ArgumentHelp("Dataset to train on: a zip file or a folder.", valueName: "path"),
    completion: .file())
  var data: String

  @Option(
    help: ArgumentHelp(
      "Folder of the training. (default: out/ with the preset's name)", valueName: "folder"),
    completion: .directory)
  var outdir: String?

  @OptionGroup(title: "Training") var training: TrainingOptions

  @Option(
    name: .customLong("batch-gpu"),
    help: ArgumentHelp(
      "Most images in memory at once; larger batches are accumulated in parts.",
      valueName: "images"))
  var batchGPU = ImageCount(32)

  @Option(
    help: ArgumentHelp(
      "Most memory for activations, such as 500MB: more are computed twice. (default: no bound)",
      valueName: "bytes"))
  var memory: ByteCount?

  @Option(
    help: ArgumentHelp(
      "Images between two status lines. (default: the preset's)", valueName: "images"))
  var status: ImageCount?

  @Option(
    help: ArgumentHelp(
      "Images between two snapshots; 0 for the last only. (default: the preset's)",
      valueName: "images"))
  var snapshot: ImageCount?

  @Option(
    help: ArgumentHelp(
      "Images between two sheets of samples; 0 for the last only. (default: as snapshots)",
      valueName: "images"))
  var samples: ImageCount?

  @Option(
    help: ArgumentHelp(
      "Images between two states that are kept, beside one every five minutes and when stopped.",
      valueName: "images"))
  var checkpoint = ImageCount(128 << 20)

  @Flag(help: "Begin again where a training with other settings is.")
  var overwrite = false

  @Flag(name: [.customShort("n"), .long], help: "Say what would be trained, and stop.")
  var dryRun = false

  @OptionGroup(title: "Device") var device: DeviceOptions
  @OptionGroup(title: "Report") var output: OutputOptions

  func validate() throws {
    guard 1...1 << 20 ~= batchGPU.images else {
      throw ValidationError("--batch-gpu is \(batchGPU): give 1 to 1048576")
    }
  }

  func run() async throws {
    let dataset = try Dataset(data)
    let recipe = try training.recipe(for: dataset)
    let plan = try TrainingPlan(recipe, dataset, intervals: try intervals(for: recipe))
    if dryRun {
      return output.json ? try Console.print(json: plan) : try Console.print(plan.text)
    }
    let files = try await train(recipe, dataset, plan)
    if output.json { return try Console.print(json: ["snapshots": files]) }
    for file in files { try Console.print(file) }
  }

  private func train(
    _ recipe: EDM2Recipe, _ dataset: Dataset, _ plan: TrainingPlan
  ) async throws -> [String] {
    let folder = try TrainingFolder(outdir ?? "out/\(training.preset)")
    try prepare(folder, plan)
    let run = TrainingRun(
      recipe: recipe, dataset: dataset, folder: folder, device: try device.choose(),
      intervals: plan.intervals, settings: plan.settings, capacity: batchGPU.images,
      memory: memory?.bytes,
      isQuiet: output.quiet)
    return try await run.run()
  }

  /// Sees to it that the folder holds this training or none, and writes down which.
  private func prepare(_ folder: TrainingFolder, _ plan: TrainingPlan) throws {
    if isRegularFile(folder.options) {
      let text = String(decoding: try readFile(folder.options), as: UTF8.self)
      let there = try? JSON(parsing: text, source: folder.options)["settings"]?.string
      if there != plan.settings {
        guard overwrite else {
          throw Failure(
            "\(folder.path) holds a training with other settings: choose another --outdir, or "
              + "--overwrite")
        }
        try folder.clear()
      }
    }
    try AtomicFile.write(Array(try Console.json(plan).utf8), to: folder.options)
  }

  private func intervals(for recipe: EDM2Recipe) throws -> TrainingRun.Intervals {
    let preset = try EDM2TrainingPreset.named(training.preset)
    let snapshot = snapshot?.images ?? preset.snapshot
    let intervals = TrainingRun.Intervals(
      status: status?.images ?? preset.status, snapshot: snapshot,
      samples: samples?.images ?? snapshot, checkpoint: checkpoint.images)
    for (name, images) in [
      ("status", intervals.status), ("snapshot", intervals.snapshot),
      ("samples", intervals.samples), ("checkpoint", intervals.checkpoint),
    ] where images % recipe.batch != 0 {
      throw SettingsError(
        "--\(name) is \(ImageCount(images)): give a multiple of the batch, \(recipe.batch)")
    }
    // Names tell thousands of images; post-hoc averages need the images themselves.
    guard intervals.snapshot % 1024 == 0 else {
      throw SettingsError("--snapshot is \(ImageCount(intervals.snapshot)): give a multiple of 1Ki")
    }
    return intervals
  }
}
