import Foundation
import Testing

@testable import bench

@Suite struct SpeedChartTests {
  private func rows() throws -> [ComparedRow] {
    try [("autoguide", 0.4, 1.0), ("A & B", 1, 2.5)].map { name, seconds, speedup in
      let json = """
        {"what": "edm2-img512-xs", "batch": 2, "name": "\(name)", "device": "cpu",
        "median_seconds": \(seconds), "peak_gflops": 200, "speedup": \(speedup), "spread": 0}
        """
      return try JSONDecoder().decode(ComparedRow.self, from: Data(json.utf8))
    }
  }

  @Test func barsAreProportionalToSpeed() throws {
    let svg = SpeedChart(rows: try rows()).svg
    #expect(svg.contains("width='374.0' height='16' rx='2' fill='#b4552d'"))
    #expect(svg.contains("width='149.6' height='16' rx='2' fill='#c3c7c4'"))
    #expect(svg.contains(">1000 ms · 2.50×</text>"))
  }

  @Test func isWellFormed() throws {
    let svg = SpeedChart(rows: try rows()).svg
    #expect(svg.contains("A &amp; B"))
    let (opened, closed) = (svg.split(separator: "<text"), svg.split(separator: "</text"))
    #expect(opened.count == closed.count)
  }
}
