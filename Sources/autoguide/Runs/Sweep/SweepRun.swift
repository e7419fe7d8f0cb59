import Foundation
import GuidedDiffusion

/// Measures the points of a grid and of its refinements, and keeps tables and charts up to date.
///
/// Each point has a file of statistics of its own, as `evaluate` writes it, named by the point and
/// by a digest of all that it depends on: nothing is computed twice, and nothing wrong is taken.
final class SweepRun {
  private let networks: SweepNetworks
  private let grid: SweepGrid
  private let evaluator: Evaluator
  private let reference: StatisticsFile
  private let folder: SweepFolder
  private let isDry: Bool
  private let isQuiet: Bool

  /// What was measured, and of the last run.
  private(set) var report: SweepReport

  /// The points in the order of the report's.
  private var points: [SweepPoint] = []
  private var runs: [EvaluationRun] = []
  private var costs: [SweepCost] = []
  private let earlier: [String: SweepReport.Entry]

  /// A sweep, nothing computed yet: files in its folder are read and checked.
  init(
    _ networks: SweepNetworks, _ grid: SweepGrid, _ evaluator: Evaluator,
    reference: StatisticsFile, folder: SweepFolder, isDry: Bool, isQuiet: Bool
  ) throws {
    (self.networks, self.grid, self.evaluator, self.isDry) = (networks, grid, evaluator, isDry)
    (self.reference, self.folder, self.isQuiet) = (reference, folder, isQuiet)
    try evaluator.checkDistance(from: reference)
    report = SweepReport(
      metric: DistanceReport.label(evaluator.metric.rawValue), reference: reference.path,
      device: evaluator.devices.first.name,
      settings: networks.settings, main: networks.main.name,
      guides: networks.guides.map { .init(name: $0.name, interval: $0.interval) }, points: [])
    let last = SweepReport.read(folder.results)
    if let last, last.device == report.device { report.work = last.work }
    // A first look cannot be had again: its images are joined with the later ones.
    earlier = Dictionary(
      (last?.reference == reference.path ? last?.points ?? [] : []).map { ($0.file, $0) },
      uniquingKeysWith: { $1 })
    try add(grid.points)
  }

  /// Adds points that are not measured yet.
  @inline(never)
  private func add(_ new: [SweepPoint]) throws {
    if !isDry { try networks.make(new, isQuiet: isQuiet) }
    let features = try evaluator.multiplyAdds(of: networks.main.example)
    for point in new {
      let loaded = try networks.networks(of: point)
      var run = try evaluator.run(loaded, seeds: [])
      let guide = point.guide.map { networks.guides[$0] }
      let file = try folder.file(
        point, guide: guide?.source.name, statistics: run.empty())
      run.path = folder.path(file)
      points.append(point)
      runs.append(run)
      costs.append(SweepCost(loaded, features: features))
      report.points.append(
        SweepReport.Entry(
          guide: guide?.name, guidance: point.guidance, ema: point.ema, guideEma: point.guideEMA,
          first: earlier[file]?.first, file: file))
    }
  }
}

extension SweepRun {
  /// Measures everything.
  ///
  /// - Parameters:
  ///   - seeds: of each point.
  ///   - first: those of a first look at all points of the grid; none if empty.
  ///   - rounds: of refinement around the best point of each guide.
  /// - Throws: what sampling throws; what is whole stays.
  func measure(seeds: [Range<Int>], first: [Range<Int>], rounds: Int) async throws {
    if !first.isEmpty {
      try await measure(points.indices, seeds: first, isFirst: true)
    }
    try await measure(points.indices, seeds: seeds, isFirst: false)
    for round in 0..<rounds {
      let new = grid.refinement(distances)
      if new.isEmpty { break }
      if !isQuiet { Console.complain("round \(round + 1) of \(rounds): \(new.count) points") }
      let start = points.count
      try add(new)
      try await measure(start..<points.count, seeds: seeds, isFirst: false)
    }
    try write()
  }

  private var distances: [SweepPoint: Double] {
    let measured = zip(points, report.points).compactMap { point, entry in
      entry.whole.map { (point, $0.distance) }
    }
    return Dictionary(measured, uniquingKeysWith: { one, _ in one })
  }

  /// Measures some points with the same seeds.
  private func measure(_ places: Range<Int>, seeds: [Range<Int>], isFirst: Bool) async throws {
    let missing = try places.map { place in
      runs[place].seeds = seeds
      let run = runs[place]
      return run.missing(in: try run.earlier()).reduce(0) { $0 + $1.count }
    }
    let images = missing.reduce(0, +)
    let work = zip(places, missing).reduce(0) { $0 + $1.1 * costs[$1.0].multiplyAdds }
    let progress = Progress(total: images, isQuiet: isQuiet)
    defer { progress.finish() }
    var done = 0
    for (place, missing) in zip(places, missing) {
      let share = missing * costs[place].multiplyAdds
      try await measure(place, isNew: missing > 0, isFirst: isFirst, progress) { [done] fraction in
        progress.update(
          Double(images) * (Double(done) + fraction * Double(share)) / Double(max(work, 1)))
      }
      done += share
    }
  }

  /// Measures one point.
  private func measure(
    _ place: Int, isNew: Bool, isFirst: Bool, _ progress: Progress,
    update: @escaping @Sendable (Double) -> Void
  ) async throws {
    let start = ContinuousClock.now
    let run = runs[place]
    let earlier = try run.earlier()
    if isFirst && !isNew && isPast(earlier, run.seeds) { return }
    let statistics = try await run.complete(earlier, progress, report: update)
    if isNew {
      report.work.seconds += (ContinuousClock.now - start).seconds
      report.work.gmac +=
        Double((statistics.count - earlier.count) * costs[place].multiplyAdds) * 1e-9
    }
    let measurement = try measurement(statistics, path: run.path)
    if isFirst {
      report.points[place].first = measurement
    } else {
      report.points[place].whole = measurement
    }
    guard isNew else { return }
    try write()
    if !isQuiet {
      progress.clear()
      let name = report.points[place].guide.map { "\($0), " } ?? ""
      Console.complain(
        "\(name)\(points[place].text): \(report.metric) \(SweepReport.text(measurement.distance)), "
          + "\(measurement.images) images")
    }
  }

  // Inlined into asynchronous functions, typed errors crash the optimiser of Swift 6.3.
  @inline(never)
  private func measurement(
    _ statistics: ImageStatistics, path: String
  ) throws -> SweepReport.Measurement {
    SweepReport.Measurement(
      distance: try StatisticsFile(statistics, path: path).distance(
        from: reference, by: evaluator.metric),
      images: statistics.count)
  }

  @inline(never)
  private func write() throws { try folder.write(report) }

  /// Whether a file has more seeds than a first look takes.
  private func isPast(_ statistics: ImageStatistics, _ seeds: [Range<Int>]) -> Bool {
    statistics.count > seeds.reduce(0) { $0 + $1.count }
  }
}

extension SweepRun {
  /// What is to be done with these seeds and rounds of refinement.
  func plan(seeds: [Range<Int>], rounds: Int) throws -> SweepPlan {
    let count = seeds.reduce(0) { $0 + $1.count }
    let entries = try points.indices.map { place in
      var run = runs[place]
      run.seeds = seeds
      let missing = run.missing(in: try run.earlier()).reduce(0) { $0 + $1.count }
      let cost = costs[place]
      return SweepPlan.Entry(
        guide: report.points[place].guide, point: points[place].text, images: missing,
        evaluations: cost.evaluations + cost.guideEvaluations,
        gmac: Double(cost.multiplyAdds) * 1e-9)
    }
    return SweepPlan(
      points: entries, images: count, refinementRounds: rounds, seconds: try seconds(entries))
  }

  /// How long it takes: at the speed of this sweep so far, else from the device's peak.
  private func seconds(_ entries: [SweepPlan.Entry]) throws -> Double? {
    if report.work.seconds > 0 {
      let gmac = entries.reduce(0) { $0 + Double($1.images) * $1.gmac }
      return gmac * report.work.seconds / report.work.gmac
    }
    let speed = try DeviceSpeed(evaluator.devices)
    return zip(entries, costs).reduce(0.0) { sum, next in
      guard let sum else { return nil }
      return speed.seconds(sampling: next.1.sampling, other: next.1.features).map {
        sum + $0 * Double(next.0.images)
      }
    }
  }
}
