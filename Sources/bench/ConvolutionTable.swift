import Foundation

/// Convolutions as a table in Markdown: a row for each shape, a column for each algorithm.
struct ConvolutionTable {
  private let reports: [Report]
  private let algorithms = ["direct", "winograd-2", "winograd-4", "winograd-6"]

  init(_ reports: [Report]) { self.reports = reports }

  /// Ratios to the peak at each batch size, and the largest error of each algorithm.
  var text: String {
    var names: [String] = []
    for report in reports where !names.contains(report.name) { names.append(report.name) }
    let head = ["| | direct | F(2,3) | F(4,3) | F(6,3) | errors |", "|---|---|---|---|---|---|"]
    return (head + names.map(row)).joined(separator: "\n")
  }

  private func row(_ name: String) -> String {
    let cells = algorithms.map { algorithm in
      rows(name, algorithm).map { String(format: "%.2f", $0.peakRatio) }.joined(separator: ", ")
    }
    let errors = algorithms.compactMap { algorithm in
      rows(name, algorithm).first?.error.map { String(format: "%.0e", $0) }
    }
    let best = best(name)
    let marked = zip(algorithms, cells).map { $0 == best && !$1.isEmpty ? "**\($1)**" : $1 }
    return "| \(name) | \(marked.joined(separator: " | ")) | \(errors.joined(separator: ", ")) |"
  }

  private func rows(_ name: String, _ algorithm: String) -> [Report] {
    reports.filter { $0.name == name && $0.algorithm == algorithm }.sorted { $0.batch < $1.batch }
  }

  /// The algorithm with the highest ratio at the largest batch; nil if there is only one.
  private func best(_ name: String) -> String? {
    let last = algorithms.compactMap { rows(name, $0).last }
    return last.count > 1 ? last.max { $0.peakRatio < $1.peakRatio }?.algorithm : nil
  }
}
