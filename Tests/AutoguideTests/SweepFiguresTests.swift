import Figures
import Foundation
import GuidedDiffusion
import Testing

@testable import autoguide

@Suite struct SweepFiguresTests {
  /// A report whose distances are smallest at w = 2 and lengths 0.05 and 0.1.
  private func report(_ grid: SweepGrid, guides: [String]) -> SweepReport {
    SweepReport(
      metric: "FID", reference: "ref", device: "device", settings: SamplerSettings(), main: "main",
      guides: guides.map { .init(name: $0) },
      points: grid.points.map { point in
        let ema = point.ema.map { 400 * abs($0 - 0.05) } ?? 0
        let guideEMA = point.guideEMA.map { 200 * abs($0 - 0.1) } ?? 0
        let w = abs(point.guidance - 2) * (point.guide == 1 ? 20 : 10)
        return SweepReport.Entry(
          guide: point.guide.map { guides[$0] }, guidance: point.guidance, ema: point.ema,
          guideEma: point.guideEMA, whole: .init(distance: 20 + w + ema + guideEMA, images: 5000),
          file: "f")
      })
  }

  private func text(_ drawing: Drawing) throws -> String {
    String(decoding: try drawing.encode(as: .svg), as: UTF8.self)
  }

  private let two = SweepGrid(guidance: [1, 1.5, 2, 3], ema: [], guides: [.none, .none])

  @Test func aCurvePerGuide() throws {
    let report = report(two, guides: ["autoguidance", "CFG"])
    let drawings = SweepFigures(report).drawings
    #expect(drawings.map(\.name) == ["curves"])
    let chart = SweepFigures(report).curves
    #expect(chart.series.map(\.name) == ["autoguidance: 20.00 at w = 2", "CFG: 20.00 at w = 2"])
    // The point without guidance is the first one of both.
    #expect(chart.series.map { $0.points.map(\.x) } == [[1, 1.5, 2, 3], [1, 1.5, 2, 3]])
    #expect(chart.series.map { $0.points[0].y } == [30, 30])
    #expect(try text(drawings[0].drawing).contains("</svg>"))
  }

  @Test func whileAllIsNotMeasuredTheFirstLookIsDashed() {
    var report = report(two, guides: ["autoguidance", "CFG"])
    for place in report.points.indices {
      report.points[place].first = .init(distance: 90, images: 500)
      if place > 1 { report.points[place].whole = nil }
    }
    let chart = SweepFigures(report).curves
    #expect(chart.series.map(\.isDashed) == [true, false, true, false])
    #expect(chart.series.map { $0.points.count } == [4, 2, 4, 1])
    #expect(chart.footer.hasPrefix("500 to 5000 images per point"))
    report.points = []
    #expect(SweepFigures(report).drawings.isEmpty)
  }

  @Test func mapsShowTwoDirectionsThroughTheBestPoint() throws {
    let grid = SweepGrid(
      guidance: [1, 1.5, 2, 3], ema: [0.025, 0.05, 0.1], guides: [.each([0.05, 0.1, 0.15, 0.2])])
    let figures = SweepFigures(report(grid, guides: ["weak"]))
    #expect(
      figures.drawings.map(\.name) == [
        "curves", "map-w-ema", "map-w-guide-ema", "map-ema-guide-ema",
      ])
    let map = try #require(
      figures.map(figures.report.points[figures.report.best[0]], .guidance, .guideEMA))
    #expect(
      map.columns == ["1", "1.5", "2", "3"] && map.rows == ["0.050", "0.100", "0.150", "0.200"])
    #expect(map.marked == HeatMap.Cell(row: 1, column: 2))
    #expect(map.values[1] == [30, 25, 20, 30])
    // Without guidance the guide's length changes nothing.
    #expect(map.values.map { $0[0] } == [30, 30, 30, 30])
    #expect(map.introduction == "EMA length of the main network 0.050")
    #expect(map.footer.hasPrefix("5000 images"))
    // The curves with the best guided points only.
    #expect(figures.curves.series.count == 6)
    #expect(figures.curves.footer.contains("6 worse curves are not shown"))
    #expect(figures.curves.series[1].name == "weak, EMA 0.025 / 0.100: 30.00 at w = 2")
  }

  @Test func equalLengthsAreOneDirection() throws {
    let grid = SweepGrid(guidance: [2], ema: [0.05, 0.1, 0.15], guides: [.same])
    let figures = SweepFigures(report(grid, guides: ["weak"]))
    #expect(figures.drawings.map(\.name) == ["curves"])
    #expect(figures.curves.series.map(\.name) == ["weak, w = 2: 30.00 at 0.050"])
    #expect(figures.curves.series[0].points.map(\.x) == [0.05, 0.1, 0.15])
  }

  @Test func tablesHaveThePointsInOrderAndTheBestInBold() {
    var report = report(two, guides: ["autoguidance", "CFG"])
    report.points.reverse()
    report.guides[1].interval = .sigma(above: 0.2, through: 2)
    #expect(
      report.table == """
        | guide | w | FID | images |
        | --- | --- | --- | --- |
        | none | 1 | 30.00 | 5000 |
        | autoguidance | 1.5 | 25.00 | 5000 |
        | autoguidance | 2 | **20.00** | 5000 |
        | autoguidance | 3 | 30.00 | 5000 |
        | CFG | 1.5 | 30.00 | 5000 |
        | CFG | 2 | **20.00** | 5000 |
        | CFG | 3 | 40.00 | 5000 |
        """)
    #expect(report.text.contains("CFG acts only in 0.2,2.0."))
  }
}
