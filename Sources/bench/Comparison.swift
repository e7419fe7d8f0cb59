import Foundation

/// The reports of a stored run, one JSON object a line.
struct StoredRun {
  let reports: [Report]

  init(reports: [Report]) { self.reports = reports }

  init(file: String) throws {
    guard let text = try? String(contentsOfFile: file, encoding: .utf8) else {
      throw StoredRunError(file: file, reason: "cannot be read")
    }
    try self.init(text, file: file)
  }

  init(_ text: String, file: String) throws {
    reports = try text.split(separator: "\n").enumerated().map { index, line in
      guard let report = try? JSONDecoder().decode(Report.self, from: Data(line.utf8)) else {
        throw StoredRunError(
          file: file, reason: "line \(index + 1) is not what bench prints with --json")
      }
      return report
    }
    if reports.isEmpty { throw StoredRunError(file: file, reason: "is empty") }
  }
}

/// A file that is no stored run.
struct StoredRunError: Error, CustomStringConvertible {
  let file: String
  let reason: String
  var description: String { "\(file): \(reason)" }
}

/// What changed from one run to another, by ratios to the peak.
struct Comparison {
  /// Something measured in both runs.
  struct Change {
    let key: Report.Key
    let old: Double
    let new: Double

    /// Below 1 if it became slower.
    var factor: Double { new / old }
  }

  let changes: [Change]
  let missing: [Report.Key]
  let tolerance: Double

  /// - Throws: ``StoredRunError`` if the runs are from different devices.
  init(stored: StoredRun, new: StoredRun, tolerance: Double) throws {
    let devices = Set((stored.reports + new.reports).map(\.device))
    guard devices.count == 1 else {
      throw StoredRunError(
        file: devices.sorted().joined(separator: ", "),
        reason: "runs of different devices cannot be compared")
    }
    self.tolerance = tolerance
    let found = Dictionary(new.reports.map { ($0.key, $0.peakRatio) }) { $1 }
    changes = stored.reports.compactMap { report in
      found[report.key].map { Change(key: report.key, old: report.peakRatio, new: $0) }
    }
    missing = stored.reports.map(\.key).filter { found[$0] == nil }
  }

  /// What lost more than the tolerance, the largest loss first.
  var slower: [Change] {
    changes.filter { !($0.factor >= 1 - tolerance) }.sorted { $0.factor < $1.factor }
  }

  /// What won more than the tolerance, the largest gain first.
  var faster: [Change] {
    changes.filter { $0.factor > 1 + tolerance }.sorted { $0.factor > $1.factor }
  }

  /// For people.
  var lines: [String] {
    func line(_ word: String, _ change: Change) -> String {
      String(
        format: "%@  %@  %.2fx -> %.2fx peak (%+.0f %%)", word, "\(change.key)", change.old,
        change.new, 100 * (change.factor - 1))
    }
    return slower.map { line("slower ", $0) } + faster.map { line("faster ", $0) }
      + missing.map { "missing  \($0)" }
      + ["\(changes.count) compared, \(slower.count) slower, \(faster.count) faster"]
  }
}

extension Report {
  /// What was measured.
  struct Key: Hashable, CustomStringConvertible {
    let name: String
    let algorithm: String?
    let batch: Int

    var description: String { "\(name) b\(batch)" + (algorithm.map { " \($0)" } ?? "") }
  }

  var key: Key { Key(name: name, algorithm: algorithm, batch: batch) }
}
