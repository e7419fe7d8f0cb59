import Foundation

/// Bars of speed, one group per network: autoguide against the others.
struct SpeedChart {
  let rows: [ComparedRow]

  private struct Group {
    let title: String
    let rows: [ComparedRow]
  }

  private let width = 760.0
  private let left = 236.0  // names end here, bars start
  private let right = 150.0  // room for the figures
  private let barHeight = 16.0
  private let pitch = 23.0
  private let head = 30.0
  private let gap = 20.0

  /// In the order of appearance.
  private var groups: [Group] {
    var titles: [String] = []
    var members: [String: [ComparedRow]] = [:]
    for row in rows {
      let title = "\(row.what), batch \(row.batch)"
      if members[title] == nil { titles.append(title) }
      members[title, default: []].append(row)
    }
    return titles.map { Group(title: $0, rows: members[$0] ?? []) }
  }

  /// The whole picture.
  var svg: String {
    var body: [String] = [
      SVG.text("Speed on the same cores, alternating runs", x: 24, y: 36, "title"),
      SVG.text(
        "Longer is faster. The number behind a time says how many times as fast autoguide is.",
        x: 24, y: 56, "caption"),
    ]
    var y = 78.0
    for group in groups {
      body.append(SVG.text(group.title, x: 24, y: y + 14, "name"))
      y += head
      let fastest = group.rows.map(\.medianSeconds).min() ?? 1
      for row in group.rows {
        body += bar(row, y: y, length: fastest / row.medianSeconds)
        y += pitch
      }
      y += gap
    }
    let peaks = rows.map(\.peakGflops).sorted()
    let device = rows[0].device
    body.append(
      SVG.text(
        "\(device), FMA peak \(Int(peaks[peaks.count / 2])) GFLOP/s, fp32", x: 24, y: y + 6,
        "footer"))
    return SVG.document(
      body, width: width, height: y + 26,
      styles: [
        ".name { font-size: 13px; font-weight: bold; fill: #1f2328; }",
        ".label { text-anchor: end; }",
        ".ours { font-weight: bold; fill: #b4552d; }",
      ])
  }

  private func bar(_ row: ComparedRow, y: Double, length: Double) -> [String] {
    let isOurs = row.speedup == 1
    let pixels = length * (width - left - right)
    let speed =
      row.imagesPerSecond.map { String(format: "%.1f images/s", $0) }
      ?? String(format: "%.0f ms", row.medianSeconds * 1e3)
    let ratio = isOurs ? "" : String(format: " · %.2f×", row.speedup)
    return [
      SVG.text(row.name, x: left - 10, y: y + 13, isOurs ? "ours label" : "label"),
      String(
        format: "<rect x='%.0f' y='%.1f' width='%.1f' height='%.0f' rx='2' fill='%@'/>", left, y,
        pixels, barHeight, isOurs ? "#b4552d" : "#c3c7c4"),
      SVG.text(speed + ratio, x: left + pixels + 8, y: y + 13, isOurs ? "ours" : "value"),
    ]
  }
}
