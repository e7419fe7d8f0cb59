import Foundation
import GuidedDiffusion

/// What a sweep has measured so far; as JSON the file `results.json`.
struct SweepReport: Codable {
  /// Name of the distance.
  var metric: String

  /// File of the reference.
  var reference: String

  /// What computed the images.
  var device: String

  /// Of all points, but for guidance.
  var settings: SamplerSettings

  /// The main network's file without ending, or its training's folder.
  var main: String

  /// The guides in the order of their numbers.
  var guides: [Guide]

  /// All points, measured or not.
  var points: [Entry]

  /// A guide.
  struct Guide: Codable {
    var name: String

    /// Where it acts; everywhere if nil.
    var interval: GuidanceInterval?
  }

  /// Seconds and multiply-adds (10⁹) of the images drawn so far: what further ones will take.
  var work = Work()

  /// A time and what was done in it.
  struct Work: Codable {
    var seconds = 0.0
    var gmac = 0.0
  }

  /// A distance and of how many images.
  struct Measurement: Codable, Hashable {
    var distance: Double
    var images: Int
  }

  /// One point.
  struct Entry: Codable {
    /// Name of the guide; nil without guidance.
    var guide: String?
    var guidance: Double
    var ema: Double?
    var guideEma: Double?

    /// Of all seeds.
    var whole: Measurement?

    /// Of the first seeds, measured for a first look at all points.
    var first: Measurement?

    /// The statistics, in the folder of the sweep.
    var file: String
  }

  /// Places of the best points, each guide's, or the one without guidance; the best of all first.
  var best: [Int] {
    let names = guides.map { Optional($0.name) } + [nil]
    return names.compactMap { name in
      points.indices.filter { points[$0].guide == name && points[$0].whole != nil }
        .min { distance($0) < distance($1) }
    }.sorted { distance($0) < distance($1) }
  }

  /// The number of a guide; nil without guidance.
  func number(of guide: String?) -> Int? { guides.firstIndex { $0.name == guide } }

  private func distance(_ place: Int) -> Double { points[place].whole?.distance ?? .infinity }

  /// The report in a file; nil if there is none that can be read.
  static func read(_ path: String) -> SweepReport? {
    guard let data = try? Data(contentsOf: URL(fileURLWithPath: path)) else { return nil }
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    return try? decoder.decode(SweepReport.self, from: data)
  }
}

extension SweepReport {
  /// A table in Markdown, best points in bold.
  var table: String {
    let best = Set(
      best.filter { place in
        points.count { $0.guide == points[place].guide } > 1
      })
    let hasEMA = points.contains { $0.ema != nil }
    let hasGuideEMA = points.contains { $0.guideEma != nil }
    var columns = ["guide", "w"]
    if hasEMA { columns.append("EMA") }
    if hasGuideEMA { columns.append("EMA of the guide") }
    columns += [metric, "images"]
    let rows = order.compactMap { place -> [String]? in
      let point = points[place]
      guard let measured = point.whole ?? point.first else { return nil }
      let number = Self.text(measured.distance)
      var cells = [point.guide ?? "none", short(point.guidance)]
      if hasEMA { cells.append(point.ema.map(SweepPoint.length) ?? "") }
      if hasGuideEMA { cells.append(point.guideEma.map(SweepPoint.length) ?? "") }
      return cells + [best.contains(place) ? "**\(number)**" : number, "\(measured.images)"]
    }
    return ([columns, columns.map { _ in "---" }] + rows)
      .map { "| \($0.joined(separator: " | ")) |" }.joined(separator: "\n")
  }

  /// Places of all points: guide by guide, then by EMA lengths, then by weight.
  private var order: [Int] {
    func key(_ place: Int) -> (Int, Double, Double, Double) {
      let point = points[place]
      return (
        number(of: point.guide).map { $0 + 1 } ?? 0, point.ema ?? 0,
        point.guideEma ?? 0, point.guidance
      )
    }
    return points.indices.sorted { key($0) < key($1) }
  }

  /// A distance with about four digits.
  static func text(_ distance: Double) -> String {
    String(format: distance < 1 ? "%.4f" : distance < 9.995 ? "%.3f" : "%.2f", distance)
  }

  /// The file `results.md`.
  var text: String {
    """
    # \(metric) over guidance and EMA length

    Main network `\(main)`, \(settings.steps) steps, against `\(reference)`; autoguide \
    \(libraryVersion) on \(device).\(intervals)

    \(table)

    """
  }

  private var intervals: String {
    guides.compactMap { guide in
      guide.interval.map { " \(guide.name) acts only in \($0)." }
    }.joined()
  }
}
