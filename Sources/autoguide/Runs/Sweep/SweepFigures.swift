import Figures
import Foundation
import GuidedDiffusion

/// The charts of a sweep: curves, and maps where points lie in two directions.
struct SweepFigures {
  let report: SweepReport

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

  /// Curves in the first direction in which points lie.
  var curves: LineChart {
    let axis = axis
    var groups: [Curve: [SweepReport.Entry]] = [:]
    for point in report.points where !(axis == .guidance && point.guide == nil) {
      groups[curve(of: point, along: axis), default: []].append(point)
    }
    if groups.isEmpty { groups[Curve(guide: nil, fixed: [:])] = report.points }
    let ranked = groups.sorted { order($0.key) < order($1.key) }
      .sorted { lowest($0.value) < lowest($1.value) }  // a stable sort
    // Colours stay while points are added.
    let shown = ranked.prefix(Self.mostCurves).sorted { order($0.key) < order($1.key) }
    let lines = shown.enumerated().flatMap { index, group in
      let (curve, points) = group
      // The point without guidance is on every curve over w.
      let start = report.points.filter {
        axis == .guidance && curve.guide != nil && $0.guide == nil && $0.ema == curve.fixed[.ema]
      }
      return series(name(curve), start + points, Self.colours[index % Self.colours.count])
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
      report.number(of: curve.guide) ?? -1, curve.fixed[.ema] ?? 0,
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

  /// How the points were measured.
  var footer: String {
    let counts = Set(report.points.compactMap { ($0.whole ?? $0.first)?.images }).sorted()
    let images = [counts.first, counts.count > 1 ? counts.last : nil].compactMap(\.self)
      .map(String.init).joined(separator: " to ")
    return "\(images) images per point, \(report.settings.steps) steps, autoguide "
      + "\(libraryVersion), \(report.device)"
  }
}

extension SweepReport {
  /// Whether guides have the EMA lengths of the main network.
  var isSame: Bool {
    points.contains { $0.guideEma != nil }
      && points.allSatisfy { $0.guideEma == nil || $0.ema == $0.guideEma }
  }
}

extension SweepReport.Entry {
  /// The distance of all seeds, or else of the first ones.
  var measured: SweepReport.Measurement? { whole ?? first }

  /// The place in a direction.
  func value(_ axis: SweepAxis) -> Double? {
    switch axis {
    case .guidance: guidance
    case .ema: ema
    case .guideEMA: guideEma
    }
  }
}
