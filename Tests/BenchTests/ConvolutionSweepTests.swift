import Foundation
import Testing

@testable import bench

@Suite struct ConvolutionSweepTests {
  /// A line as `bench conv` stores it.
  private func line(_ name: String, _ algorithm: String, batch: Int, ratio: Double) -> String {
    """
    {"name": "\(name)", "device": "cpu", "batch": \(batch), "median_seconds": 0.001, \
    "spread": 0.01, "repeats": 5, "gflops": 200, "peak_gflops": 100, "peak_ratio": \(ratio), \
    "peak_rss_bytes": 1, "algorithm": "\(algorithm)", "error": 2e-5}
    """
  }

  private func withFile(_ lines: [String], _ body: (String) throws -> Void) throws {
    let file = FileManager.default.temporaryDirectory
      .appendingPathComponent("sweep-\(UUID().uuidString).json").path
    defer { try? FileManager.default.removeItem(atPath: file) }
    try lines.map { $0 + "\n" }.joined().write(toFile: file, atomically: true, encoding: .utf8)
    try body(file)
  }

  @Test func goesOnWhereItWas() throws {
    let error = #"{"name": "3x3 8->8 @4x4", "algorithm": "direct", "error": 1e-6}"#
    try withFile([error, line("3x3 8->8 @4x4", "winograd-2", batch: 2, ratio: 2)]) { file in
      let sweep = try ConvolutionSweep(file: file)
      #expect(sweep.has("3x3 8->8 @4x4", "winograd-2", batch: 2))
      #expect(!sweep.has("3x3 8->8 @4x4", "winograd-2", batch: 1))
      #expect(sweep.error("3x3 8->8 @4x4", "direct") == 1e-6)
      #expect(sweep.error("3x3 8->8 @4x4", "winograd-2") == 2e-5)
      #expect(sweep.error("3x3 8->8 @4x4", "winograd-4") == nil)
      try sweep.add(
        ConvolutionError(name: "3x3 8->8 @4x4", algorithm: "winograd-4", error: 3e-5))
      #expect(try ConvolutionSweep(file: file).error("3x3 8->8 @4x4", "winograd-4") == 3e-5)
    }
  }

  @Test func namesALineThatIsNone() throws {
    try withFile([line("a", "direct", batch: 1, ratio: 1), "{"]) { file in
      let error = #expect(throws: StoredRunError.self) { try ConvolutionSweep(file: file) }
      #expect(error?.description.contains("line 2") == true)
    }
  }

  @Test func tableMarksTheFastest() throws {
    let lines = [
      line("3x3 8->8 @4x4", "direct", batch: 1, ratio: 0.9),
      line("3x3 8->8 @4x4", "direct", batch: 2, ratio: 1),
      line("3x3 8->8 @4x4", "winograd-4", batch: 2, ratio: 2.5),
      line("1x1 8->8 @4x4", "direct", batch: 1, ratio: 0.5),
    ]
    try withFile(lines) { file in
      let reports = try ConvolutionSweep(file: file).reports
      let rows = ConvolutionTable(reports).text.split(separator: "\n")
      #expect(rows.count == 4)
      #expect(rows[2] == "| 3x3 8->8 @4x4 | 0.90, 1.00 |  | **2.50** |  | 2e-05, 2e-05 |")
      #expect(rows[3] == "| 1x1 8->8 @4x4 | 0.50 |  |  |  | 2e-05 |")
      let svg = ConvolutionChart(reports, batch: 2).svg
      #expect(svg.contains("3x3 8-&gt;8 @4x4") && !svg.contains("1x1 8"))
      #expect(svg.split(separator: "<circle").count == 1 + 4 + 2)
    }
  }
}
