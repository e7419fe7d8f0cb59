import Foundation

extension ReproductionReport {
  /// The verdict in a sentence.
  var sentence: String {
    switch verdict {
    case .reproduced: "Reproduced: within the band of ±2 % that one run is expected in."
    case .better: "Better than published, by more than the band of ±2 %."
    case .notReproduced: "Not reproduced: above the band of ±2 % that one run is expected in."
    case .preview:
      "Preview: the published value is the lowest of \(Self.publishedRanges) ranges of "
        + "\(Self.publishedImages) images; with fewer images the distance is larger."
    case .otherNetworks:
      "No verdict: these are other networks than the published ones."
    }
  }

  /// Some lines for people.
  var lines: [String] {
    ranges.map { "seeds \($0.seeds): \(metric) \(decimals($0.value))  \($0.images) images" } + [
      "\(metric) \(decimals(measured)) measured\(isPreview ? " (preview)" : ""), "
        + "\(Self.short(published)) published: \(signed(differencePercent)) %"
        + (spreadPercent.map { ", spread \(String(format: "%.2f", $0)) %" } ?? ""),
      sentence,
    ]
  }

  /// A page in Markdown.
  var markdown: String {
    var lines = ["# \(preset)\(isPreview ? " (preview)" : "")", ""]
    lines += ["\(method), \(steps) steps\(settings).", ""]
    lines += ["| | images | \(metric) |", "|---|---|---|"]
    lines.append(
      "| published | lowest of \(Self.publishedRanges) x \(Self.publishedImages) | "
        + "\(Self.short(published)) |")
    lines += ranges.map { "| seeds \($0.seeds) | \($0.images) | \(decimals($0.value)) |" }
    lines.append(
      "| **measured** | lowest of \(ranges.count) | **\(decimals(measured))** "
        + "(\(signed(differencePercent)) %) |")
    if let spreadPercent {
      lines += ["", "Spread of the ranges: \(String(format: "%.2f", spreadPercent)) %."]
    }
    lines += ["", "**\(sentence)**", "", "![Images of the first seeds](images.png)", ""]
    lines += ["| network | SHA-256 | of the published size |", "|---|---|---|"]
    lines += networks.map {
      "| \($0.file) | `\($0.sha256.prefix(16))` | \($0.isOfPublishedSize ? "yes" : "**no**") |"
    }
    lines += [
      "",
      "Reference: \(reference). autoguide \(version), \(device), algorithms "
        + "`\(algorithms.prefix(8))`.", "",
    ]
    return lines.joined(separator: "\n")
  }

  private var settings: String {
    guard !guidance.isEmpty else { return "" }
    return ", w = \(guidance.map(Self.short).joined(separator: ", "))"
      + (interval.map { " in \($0)" } ?? "")
  }

  private static func short(_ value: Double) -> String { String(format: "%.2f", value) }

  private func decimals(_ value: Double) -> String { String(format: "%.4f", value) }

  private func signed(_ value: Double) -> String { String(format: "%+.2f", value) }
}
