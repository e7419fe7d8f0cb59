import Figures
import Foundation
import GuidedDiffusion

/// The charts of a sweep: curves, and maps where points lie in two directions.
struct SweepFigures {
  private let report: SweepReport

  /// Most curves in one chart.
  private static let mostCurves = 6

  private static let colours: [Colour] = [.orange, .blue, .green, .purple, .ink, .paleInk]

  /// Charts of a report.
  init(_ report: SweepReport) { self.report = report }

  /// All charts by file name without ending.
  var drawings: [(name: String, drawing: Drawing)] {
    guard report.points.contains(where: { $0.measured != nil }) else { return [] }
    return [("curves", curves.drawing())] + maps
  }

  /// The direction that the curves go in: the first one in which points lie.
  private var axis: SweepAxis {
    SweepAxis.allCases.first { axis in
      Set(report.points.compactMap { $0.value(axis) }).count > 1
    } ?? .guidance
  }

  /// One curve: a guide with all else fixed.
  private struct Curve: Hashable {
    var guide: String?
    var fixed: [SweepAxis: Double]
  }

  private var curves: LineChart {
    let axis = axis
    var groups: [Curve: [SweepReport.Entry]] = [:]
    for point in report.points where !(axis == .guidance && point.guide == nil) {
      groups[curve(of: point, along: axis), default: []].append(point)
    }
    if groups.isEmpty { groups[Curve(guide: nil, fixed: [:])] = report.points }
    // The point without guidance is on every curve over w.
    for curve in groups.keys where axis == .guidance && curve.guide != nil {
      groups[curve]? += report.points.filter {
        $0.guide == nil && $0.ema == curve.fixed[.ema]
      }
    }
    let ranked = groups.sorted { lowest($0.value) < lowest($1.value) }
    // Colours stay while points are added.
    let shown = ranked.prefix(Self.mostCurves).sorted { order($0.key) < order($1.key) }
    let lines = shown.enumerated().flatMap { index, group in
      series(name(group.key), group.value, Self.colours[index % Self.colours.count])
    }
    var chart = LineChart(
      title: "\(report.metric) over \(axis == .guidance ? "guidance" : "EMA length")",
      xLabel: axis.label, yLabel: report.metric, series: lines)
    let hidden = ranked.count - shown.count
    chart.footer = footer + (hidden > 0 ? ", \(hidden) worse curves are not shown" : "")
    return chart
  }

  private func curve(of point: SweepReport.Entry, along axis: SweepAxis) -> Curve {
    var fixed: [SweepAxis: Double] = [:]
    for other in SweepAxis.allCases where other != axis { fixed[other] = point.value(other) }
    if axis == .ema && report.isSame { fixed[.guideEMA] = nil }
    return Curve(guide: point.guide, fixed: fixed)
  }

  private func order(_ curve: Curve) -> (Int, Double, Double, Double) {
    (
      curve.guide.flatMap(report.guides.firstIndex) ?? -1, curve.fixed[.ema] ?? 0,
      curve.fixed[.guideEMA] ?? 0, curve.fixed[.guidance] ?? 0
    )
  }

  private func lowest(_ points: [SweepReport.Entry]) -> Double {
    points.compactMap { ($0.whole ?? $0.first)?.distance }.min() ?? .infinity
  }

  private func name(_ curve: Curve) -> String {
    var parts = [curve.guide ?? "no guidance"]
    if let w = curve.fixed[.guidance], curve.guide != nil { parts.append("w = \(short(w))") }
    let lengths = [SweepAxis.ema, .guideEMA].compactMap { curve.fixed[$0] }
    if !lengths.isEmpty {
      parts.append("EMA " + lengths.map(SweepPoint.length).joined(separator: " / "))
    }
    return parts.joined(separator: ", ")
  }

  /// A curve of whole points, and a dashed one of the first look as long as some are missing.
  private func series(
    _ name: String, _ points: [SweepReport.Entry], _ colour: Colour
  ) -> [LineChart.Series] {
    let points = points.sorted { $0.value(axis) ?? 0 < $1.value(axis) ?? 0 }
    func places(_ measured: (SweepReport.Entry) -> SweepReport.Measurement?) -> [SIMD2<Double>] {
      points.compactMap { point in
        measured(point).flatMap { measured in
          point.value(axis).map { SIMD2($0, measured.distance) }
        }
      }
    }
    let whole = places(\.whole)
    var series: [LineChart.Series] = []
    if whole.count < points.count {
      var first = LineChart.Series(
        whole.isEmpty ? name : "", points: places(\.first),
        colour: colour.mixed(with: .paper, 0.4))
      (first.isDashed, first.hasDots) = (true, true)
      series.append(first)
    }
    if let best = whole.min(by: { $0.y < $1.y }) {
      let place = (axis == .guidance ? "w = " : "") + axis.text(best.x)
      var curve = LineChart.Series(
        "\(name): \(SweepReport.text(best.y)) at \(place)", points: whole, colour: colour)
      curve.hasDots = true
      series.append(curve)
    }
    return series
  }

  private var footer: String {
    let counts = Set(report.points.compactMap { ($0.whole ?? $0.first)?.images }).sorted()
    let images = [counts.first, counts.count > 1 ? counts.last : nil].compactMap(\.self)
      .map(String.init).joined(separator: " to ")
    return "\(images) images per point, \(report.settings.steps) steps, autoguide "
      + "\(libraryVersion), \(report.device)"
  }
}

extension SweepFigures {
  /// For each guide and each two directions, the section through the guide's best point.
  private var maps: [(name: String, drawing: Drawing)] {
    let pairs: [(SweepAxis, SweepAxis)] = [
      (.guidance, .ema), (.guidance, .guideEMA), (.ema, .guideEMA),
    ]
    return report.best.flatMap { place -> [(String, Drawing)] in
      let best = report.points[place]
      return pairs.compactMap { x, y in
        map(best, x, y).map { map in
          let guide =
            report.guides.count > 1 ? best.guide.map { "-\(SweepFolder.fileName($0))" } : ""
          return ("map-\(x.fileName)-\(y.fileName)\(guide ?? "")", map.drawing())
        }
      }
    }
  }

  private func map(_ best: SweepReport.Entry, _ x: SweepAxis, _ y: SweepAxis) -> HeatMap? {
    // Where both lengths are one, a map of the second is that of the first.
    if report.isSame && y == .guideEMA { return nil }
    let others = SweepAxis.allCases.filter {
      $0 != x && $0 != y && !(report.isSame && $0 == .guideEMA)
    }
    let section = report.points.filter { point in
      let isUnguided = point.guide == nil && x == .guidance && best.guide != nil
      return point.whole != nil && (point.guide == best.guide || isUnguided)
        && others.allSatisfy {
          point.value($0) == best.value($0) || (isUnguided && $0 == .guideEMA)
        }
    }
    let columns = Set(section.compactMap { $0.value(x) }).sorted()
    let rows = Set(section.compactMap { $0.value(y) }).sorted()
    guard columns.count > 1, rows.count > 1 else { return nil }
    var map = HeatMap(
      title: "\(report.metric)\(best.guide.map { ", guide: \($0)" } ?? "")", xLabel: x.label,
      yLabel: y.label, columns: columns.map(x.text), rows: rows.map(y.text),
      values: rows.map { row in
        columns.map { column in
          section.first { point in
            // Without guidance the guide's length means nothing: one value for all.
            point.value(x) == column
              && (point.value(y) == row || (point.guide == nil && y == .guideEMA))
          }?.whole?.distance
        }
      })
    map.marked = columns.firstIndex { best.value(x) == $0 }.flatMap { column in
      rows.firstIndex { best.value(y) == $0 }.map { row in (row, column) }
    }.map { HeatMap.Cell(row: $0.0, column: $0.1) }
    let fixed = others.compactMap { axis in
      best.value(axis).map { "\(axis.label) \(axis.text($0))" }
    }
    map.footer = (fixed + [footer]).joined(separator: "; ")
    return map
  }
}

extension SweepReport {
  /// Whether guides have the EMA lengths of the main network.
  fileprivate var isSame: Bool {
    points.contains { $0.guideEma != nil }
      && points.allSatisfy { $0.guide == nil || $0.ema == $0.guideEma }
  }
}

extension SweepReport.Entry {
  /// The distance of all seeds, or else of the first ones.
  fileprivate var measured: SweepReport.Measurement? { whole ?? first }

  /// The place in a direction.
  fileprivate func value(_ axis: SweepAxis) -> Double? {
    switch axis {
    case .guidance: guidance
    case .ema: ema
    case .guideEMA: guideEma
    }
  }
}

extension SweepAxis {
  fileprivate var fileName: String {
    switch self {
    case .guidance: "w"
    case .ema: "ema"
    case .guideEMA: "guide-ema"
    }
  }
}
