import Datasets
import Foundation
import GuidedDiffusion

/// Trains a network in a folder up to the end of its recipe, from where the folder's state is.
///
/// A snapshot is written before the state of the same time: where a state is, everything before it
/// is. So a training may be ended at any moment, and goes on to the same bits.
struct TrainingRun {
  let recipe: EDM2Recipe
  let dataset: Dataset
  let folder: TrainingFolder
  let device: ComputeDevice
  let intervals: Intervals

  /// By which the state of this training is recognised.
  let settings: String

  /// Most images in memory at once.
  let capacity: Int

  /// Most bytes for activations; nil keeps all.
  let memory: Int?
  let isQuiet: Bool

  /// Images between two status lines, snapshots, sheets of samples, states.
  struct Intervals: Codable {
    var status: Int
    var snapshot: Int
    var samples: Int
    var checkpoint: Int
  }

  /// A state is kept at least this often, in seconds.
  private static let pause = 300.0

  /// Trains.
  ///
  /// - Returns: the last snapshots.
  /// - Throws: `CancellationError` when it was stopped; the state is kept then.
  func run() async throws -> [String] {
    let training = try begin()
    let report = try TrainingReport(training, folder: folder, isQuiet: isQuiet)
    defer { report.close() }
    if training.images > 0 {
      try report.say("going on at \(training.images) images, \(Units.duration(report.seconds))")
    }
    try await train(training, report)
    try report.draw()
    try report.say(
      "\(training.images) images in \(Units.duration(report.seconds)), \(folder.path)")
    return recipe.averages.map { folder.snapshot($0, images: training.images) }
  }

  /// The training with its state, if there is one.
  private func begin() throws -> EDM2Training {
    let state = isRegularFile(folder.state) ? folder.state : nil
    return try EDM2Training(
      recipe, state: state, settings: settings, on: device,
      capacity: capacity, memory: memory)
  }

  private func train(_ training: EDM2Training, _ report: TrainingReport) async throws {
    let batches = try DatasetBatches(
      dataset, seed: recipe.seed, drawn: training.images, mirrors: recipe.mirrors)
    var kept = ContinuousClock.now
    if training.images == 0 { try await snapshot(training, report) }
    while training.images < recipe.duration {
      let rate = training.learningRate
      let batch = try batches.next(recipe.batch)
      let loss = try training.step(
        images: batch.images, labels: recipe.network.labelCount > 0 ? batch.labels : [])
      report.step(training.images, loss: loss)
      if isDue(intervals.status, training) {
        try report.tick(training.images, learningRate: rate)
      }
      if isDue(intervals.snapshot, training) { try await snapshot(training, report) }
      if isDue(intervals.samples, training) { try await samples(training, report) }
      let isLate = (ContinuousClock.now - kept).seconds > Self.pause
      if Task.isCancelled || isLate || isDue(intervals.checkpoint, training) {
        try await keep(training, report)
        kept = .now
        try Task.checkCancellation()
      }
      await Task.yield()
    }
  }

  /// Whether an interval ends, or the training.
  private func isDue(_ interval: Int, _ training: EDM2Training) -> Bool {
    interval > 0 && training.images % interval == 0 || training.images == recipe.duration
  }

  private func keep(_ training: EDM2Training, _ report: TrainingReport) async throws {
    try await report.maintain {
      training.notes = report.notes
      try training.writeState(to: folder.state, settings: settings)
    }
  }

  private func snapshot(_ training: EDM2Training, _ report: TrainingReport) async throws {
    try await report.maintain {
      for (index, average) in recipe.averages.enumerated() {
        try training.writeSnapshot(
          index, to: folder.snapshot(average, images: training.images))
      }
      try report.draw()
    }
  }

  private func samples(_ training: EDM2Training, _ report: TrainingReport) async throws {
    let images = training.images
    let snapshot = folder.snapshot(recipe.averages[0], images: images)
    // Samples may be wanted more often than snapshots.
    let path = isRegularFile(snapshot) ? snapshot : folder.scratch
    try await report.maintain {
      if path != snapshot { try training.writeSnapshot(0, to: path) }
      defer { if path != snapshot { try? FileManager.default.removeItem(atPath: path) } }
      try await TrainingSamples(
        network: try EDM2Network(path), device: device,
        title: String(format: "After %.1f thousand images", Double(images) / 1000)
      ).write(to: folder.samples(images: images))
    }
  }
}
