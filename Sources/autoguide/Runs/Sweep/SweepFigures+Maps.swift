import Figures

extension SweepFigures {
  /// For each guide and each two directions, the section through the guide's best point.
  var maps: [(name: String, drawing: Drawing)] {
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

  /// The map of two directions through a point; nil if points lie in one of them only.
  func map(_ best: SweepReport.Entry, _ x: SweepAxis, _ y: SweepAxis) -> HeatMap? {
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
    map.introduction = fixed.joined(separator: ", ")
    map.footer = footer
    return map
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
