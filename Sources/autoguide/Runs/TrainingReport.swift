import Figures
import Foundation
import GuidedDiffusion

/// What a training says of itself: a live curve of the loss on a terminal, status lines elsewhere
/// and in `log.txt`, `stats.jsonl`, and `loss.png`.
///
/// Its numbers are part of the training's state, so that a training that was stopped reports as if
/// it had not been.
final class TrainingReport {
  private let folder: TrainingFolder
  private let recipe: EDM2Recipe
  private let isQuiet: Bool
  private var stats: TrainingStats
  private let live = LiveLines()

  /// Since the last tick.
  private var losses = RunningMean()
  private var maintenance = 0.0

  /// Seconds of work up to the last tick, and before this run.
  private var lastTick: Double
  private let before: Double
  private let firstImages: Int
  private let start = ContinuousClock.now
  private var lastShown: ContinuousClock.Instant?

  /// Goes on from a training's notes.
  init(_ training: EDM2Training, folder: TrainingFolder, isQuiet: Bool) throws {
    (self.folder, recipe, self.isQuiet) = (folder, training.recipe, isQuiet)
    stats = try TrainingStats(folder.stats, upTo: training.images)
    firstImages = training.images
    let notes = training.notes
    before = notes["seconds"] ?? 0
    lastTick = notes["tick.seconds"] ?? 0
    maintenance = notes["tick.maintenance"] ?? 0
    losses = RunningMean(
      count: Int(notes["tick.count"] ?? 0), sum: notes["tick.sum"] ?? 0,
      squares: notes["tick.squares"] ?? 0)
  }

  /// Seconds of work so far.
  var seconds: Double { before + (ContinuousClock.now - start).seconds }

  /// The losses of all ticks.
  var curve: [(kimg: Double, loss: Double)] { stats.losses }

  /// What the training's state must keep.
  var notes: [String: Double] {
    [
      "seconds": seconds, "tick.seconds": lastTick, "tick.maintenance": maintenance,
      "tick.count": Double(losses.count), "tick.sum": losses.sum, "tick.squares": losses.squares,
    ]
  }

  /// Takes the loss of a step; shows it on a terminal.
  func step(_ images: Int, loss: Double) {
    losses.add(loss)
    guard !isQuiet && Console.isInteractive else { return }
    let now = ContinuousClock.now
    guard lastShown.map({ now - $0 >= .milliseconds(500) }) ?? true else { return }
    lastShown = now
    let chart = LossChart().lines(
      stats.losses.map(\.loss) + [losses.mean], end: "\(images / 1000) kimg")
    live.show(chart + [line(images)])
  }

  /// Work that is no training step, such as writing snapshots.
  func maintain<Result>(_ work: () async throws -> Result) async rethrows -> Result {
    let start = ContinuousClock.now
    defer { maintenance += (ContinuousClock.now - start).seconds }
    return try await work()
  }

  /// Ends a tick: a line for people, and one for programs.
  func tick(_ images: Int, learningRate: Double) throws {
    let seconds = seconds
    let kimg = Double(losses.count * recipe.batch) / 1000
    let span = seconds - lastTick
    let values: [String: Double] = [
      "Progress/tick": Double(stats.losses.count), "Progress/kimg": Double(images) / 1000,
      "Timing/total_sec": seconds, "Timing/sec_per_tick": span - maintenance,
      "Timing/sec_per_kimg": kimg > 0 ? (span - maintenance) / kimg : 0,
      "Timing/maintenance_sec": maintenance,
      "Resources/cpu_mem_gb": Double(peakResidentBytes()) / 1e9,
      "Loss/learning_rate": learningRate,
    ]
    var entries = values.mapValues { TrainingStats.Entry($0) }
    entries["Loss/loss"] = TrainingStats.Entry(losses)
    let line = line(images) + "  lr \(Units.threeDigits(learningRate * 1000))e-3"
    try stats.append(entries, kimg: Double(images) / 1000, loss: losses.mean)
    try appendLine(line, to: folder.log)
    if !isQuiet && !Console.isInteractive { Console.complain(line) }
    (losses, maintenance, lastTick) = (RunningMean(), 0, seconds)
  }

  /// Says a line on the terminal and in the log.
  func say(_ line: String) throws {
    try appendLine(line, to: folder.log)
    guard !isQuiet else { return }
    live.clear()
    Console.complain(line)
  }

  /// Takes the live curve away.
  func close() { live.clear() }

  /// Draws the curve into `loss.png`.
  func draw() throws {
    guard stats.losses.count > 1 else { return }
    var chart = LineChart(
      title: "Training loss", xLabel: "thousands of images", yLabel: "loss",
      series: [
        .init("", points: stats.losses.map { SIMD2($0.kimg, $0.loss) }, colour: .orange)
      ])
    chart.footer = "means of \(stats.losses.count) ticks, autoguide \(libraryVersion)"
    try chart.drawing().write(to: folder.loss)
  }

  /// For example `kimg 65.5/1048.6  time 5 min 2 s  4.61 s/kimg  loss -0.1234  1.2 GB  1 h left`.
  private func line(_ images: Int) -> String {
    let trained = images - firstImages
    let rate = (ContinuousClock.now - start).seconds / Double(max(trained, 1))
    var parts = [
      String(format: "kimg %.1f/%.1f", Double(images) / 1000, Double(recipe.duration) / 1000),
      "time \(Units.duration(seconds))",
    ]
    if trained > 0 { parts.append("\(Units.threeDigits(rate * 1000)) s/kimg") }
    parts.append(String(format: "loss %.4f", losses.mean))
    parts.append(Units.bytes(peakResidentBytes()))
    if trained > 0 {
      parts.append("\(Units.duration(rate * Double(recipe.duration - images))) left")
    }
    return parts.joined(separator: "  ")
  }
}
