import Foundation
import Testing

@testable import bench

/// A line as the other commands print it with --json.
private func line(
  _ name: String, ratio: Double, batch: Int = 2, algorithm: String? = nil, device: String = "cpu"
) -> String {
  let extra = algorithm.map { ", \"algorithm\": \"\($0)\"" } ?? ""
  return """
    {"name": "\(name)", "device": "\(device)", "batch": \(batch), "median_seconds": 0.4, \
    "spread": 0.01, "repeats": 9, "gflops": \(ratio * 200), "peak_gflops": 200, \
    "peak_ratio": \(ratio), "peak_rss_bytes": 1000000\(extra)}
    """
}

private func compare(
  _ stored: [String], _ new: [String], tolerance: Double = 0.1
) throws -> Comparison {
  try Comparison(
    stored: StoredRun(stored.joined(separator: "\n"), file: "old"),
    new: StoredRun(new.joined(separator: "\n"), file: "new"), tolerance: tolerance)
}

@Suite struct ComparisonTests {
  @Test func namesWhatBecameSlowerWorstFirst() throws {
    let comparison = try compare(
      [line("a", ratio: 2), line("b", ratio: 2), line("c", ratio: 2), line("d", ratio: 1)],
      [line("d", ratio: 1.5), line("c", ratio: 1), line("b", ratio: 1.7), line("a", ratio: 1.85)])
    #expect(comparison.slower.map(\.key.name) == ["c", "b"])
    #expect(comparison.faster.map(\.key.name) == ["d"])
    #expect(
      comparison.lines == [
        "slower   c b2  2.00x -> 1.00x peak (-50 %)",
        "slower   b b2  2.00x -> 1.70x peak (-15 %)",
        "faster   d b2  1.00x -> 1.50x peak (+50 %)",
        "4 compared, 2 slower, 1 faster",
      ])
  }

  @Test func batchAndAlgorithmTellReportsApart() throws {
    let stored = [
      line("conv", ratio: 1, algorithm: "direct"), line("conv", ratio: 2, algorithm: "winograd-4"),
      line("conv", ratio: 3, batch: 4, algorithm: "winograd-4"),
    ]
    let new = [stored[0], stored[1], line("conv", ratio: 2, batch: 4, algorithm: "winograd-4")]
    let comparison = try compare(stored, new)
    #expect(comparison.slower.map(\.key.description) == ["conv b4 winograd-4"])
  }

  @Test func missingRowsAreNamedAndDoNotFail() throws {
    let comparison = try compare([line("a", ratio: 1), line("b", ratio: 1)], [line("a", ratio: 1)])
    #expect(comparison.slower.isEmpty)
    #expect(comparison.lines == ["missing  b b2", "1 compared, 0 slower, 0 faster"])
  }

  @Test func aRatioThatIsNoNumberCountsAsSlower() {
    let key = Report.Key(name: "a", algorithm: nil, batch: 1)
    #expect(!(Comparison.Change(key: key, old: 1, new: .nan).factor >= 0.9))
  }

  @Test func toleranceIsAPartOfTheStoredRatio() throws {
    let (old, new) = ([line("a", ratio: 2)], [line("a", ratio: 1.9)])
    #expect(try compare(old, new, tolerance: 0.1).slower.isEmpty)
    #expect(try compare(old, new, tolerance: 0.01).slower.count == 1)
  }

  @Test func otherDevicesAndOtherFilesAreRefused() {
    #expect(throws: StoredRunError.self) {
      try compare([line("a", ratio: 1)], [line("a", ratio: 1, device: "gpu")])
    }
    #expect(throws: StoredRunError.self) { try StoredRun("", file: "empty") }
    let error = #expect(throws: StoredRunError.self) {
      try StoredRun(line("a", ratio: 1) + "\n{\"name\": 1}", file: "old.json")
    }
    #expect(error?.description == "old.json: line 2 is not what bench prints with --json")
  }

  @Test func mediansAndSpreads() {
    let measurement = Measurement(seconds: [5, 1, 2, 4, 3], peaks: [3, 1, 2], operations: 12)
    #expect(measurement.median == 3)
    #expect(measurement.speed == 4)
    #expect(measurement.peak == 2)
    let expected: Double = 1 / 3
    #expect(measurement.spread == expected)
  }
}
