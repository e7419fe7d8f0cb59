import Figures
import Foundation
import GuidedDiffusion

/// The published protocol: 50,000 images of each of three ranges of seeds, of which the lowest
/// distance counts.
///
/// Everything lies in one folder; a run that was stopped at any moment, or previewed with fewer
/// images, goes on.
struct Reproduction {
  let preset: Preset

  /// Images of each range.
  let images: Int

  /// Number of ranges.
  let rangeCount: Int

  /// Where statistics and report lie.
  let folder: URL

  /// A run with networks and settings of the preset.
  let run: EvaluationRun

  let reference: StatisticsFile
  let networks: [ReproductionReport.Network]

  /// This process among those that share the work.
  let rank: Rank?

  let isQuiet: Bool

  /// Draws and measures what is missing.
  ///
  /// - Returns: the report, which is in its files; nil if other processes are not done.
  func report() async throws -> ReproductionReport? {
    let runs = (0..<rangeCount).map(range)
    var results: [ImageStatistics?] = []
    if let rank {
      let shared = runs.map { SharedRun(run: $0, rank: rank) }
      for run in shared { try await run.draw(isQuiet: isQuiet) }
      for run in shared { results.append(try run.merge(isQuiet: isQuiet)) }
    } else {
      for run in runs {
        if !isQuiet { Console.complain("seeds \(Self.text(run.seeds)): \(run.path)") }
        results.append(try await run.statistics(isQuiet: isQuiet))
      }
    }
    let whole = results.compactMap(\.self)
    guard whole.count == rangeCount else { return nil }
    let report = try compare(zip(runs, whole).map { ($0.path, $1) })
    try await drawSheet()
    try write(report)
    return report
  }

  // Inlined into asynchronous functions, typed errors crash the optimiser of Swift 6.3.
  @inline(never)
  private func compare(_ ranges: [(String, ImageStatistics)]) throws -> ReproductionReport {
    let parts = try ranges.map { path, statistics in
      ReproductionReport.Part(
        seeds: Self.text(statistics.numbers), images: statistics.count,
        value: try StatisticsFile(statistics, path: path).distance(
          from: reference, by: preset.metric.metric))
    }
    return ReproductionReport(
      preset, parts, networks, run,
      ref: URL(fileURLWithPath: reference.path).lastPathComponent)
  }

  /// The run of one range.
  private func range(_ index: Int) -> EvaluationRun {
    var range = run
    let first = index * ReproductionReport.publishedImages
    range.seeds = [first..<first + images]
    range.path = file("range-\(index + 1).safetensors")
    return range
  }

  private func file(_ name: String) -> String { folder.appendingPathComponent(name).relativePath }

  private static func text(_ seeds: [Range<Int>]) -> String {
    seeds.map { "\($0.lowerBound)-\($0.upperBound - 1)" }.joined(separator: ",")
  }

  @inline(never)
  private func write(_ report: ReproductionReport) throws {
    try AtomicFile.write(Array("\(Console.json(report))\n".utf8), to: file("report.json"))
    try AtomicFile.write(Array(report.markdown.utf8), to: file("report.md"))
  }

  /// The first images on a sheet, unless it is there.
  private func drawSheet() async throws {
    let path = file("images.png")
    guard !isRegularFile(path) else { return }
    var items: [ImageGrid.Item] = []
    let seeds = 0..<min(images, 16)
    var pictures = run.drawing.pictures(seeds: seeds, classIndex: run.classIndex)
    while let item = try await pictures.next() {
      items.append(
        ImageGrid.Item(
          seed: item.image.seed, caption: item.image.classIndex.map { "class \($0)" } ?? "",
          picture: item.picture))
    }
    try write(items, to: path)
  }

  @inline(never)
  private func write(_ items: [ImageGrid.Item], to path: String) throws {
    try ImageGrid(title: preset.name, settings: run.drawing.sampler.settings, items: items)
      .write(to: path, device: run.drawing.sampler.plans.deviceName)
  }
}
