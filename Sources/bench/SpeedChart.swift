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
      text("Speed on the same cores, alternating runs", x: 24, y: 36, "title"),
      text(
        "Longer is faster. The number behind a time says how many times as fast autoguide is.",
        x: 24, y: 56, "caption"),
    ]
    var y = 78.0
    for group in groups {
      body.append(text(group.title, x: 24, y: y + 14, "name"))
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
      text(
        "\(device), FMA peak \(Int(peaks[peaks.count / 2])) GFLOP/s, fp32", x: 24, y: y + 6,
        "footer"))
    return document(body, height: y + 26)
  }

  private func bar(_ row: ComparedRow, y: Double, length: Double) -> [String] {
    let isOurs = row.speedup == 1
    let pixels = length * (width - left - right)
    let speed =
      row.imagesPerSecond.map { String(format: "%.1f images/s", $0) }
      ?? String(format: "%.0f ms", row.medianSeconds * 1e3)
    let ratio = isOurs ? "" : String(format: " · %.2f×", row.speedup)
    return [
      text(row.name, x: left - 10, y: y + 13, isOurs ? "ours label" : "label"),
      String(
        format: "<rect x='%.0f' y='%.1f' width='%.1f' height='%.0f' rx='2' fill='%@'/>", left, y,
        pixels, barHeight, isOurs ? "#b4552d" : "#c3c7c4"),
      text(speed + ratio, x: left + pixels + 8, y: y + 13, isOurs ? "ours" : "value"),
    ]
  }

  private func text(_ text: String, x: Double, y: Double, _ style: String) -> String {
    let escaped = text.replacingOccurrences(of: "&", with: "&amp;")
      .replacingOccurrences(of: "<", with: "&lt;")
    return String(format: "<text x='%.1f' y='%.1f' class='%@'>%@</text>", x, y, style, escaped)
  }

  private func document(_ body: [String], height: Double) -> String {
    """
    <svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 \(Int(width)) \(Int(height))' \
    width='\(Int(width))' height='\(Int(height))'>
    <style>
    text { font: 12px 'DejaVu Sans', Verdana, sans-serif; fill: #4b535c; }
    .title { font-size: 18px; font-weight: bold; fill: #1f2328; }
    .name { font-size: 13px; font-weight: bold; fill: #1f2328; }
    .label { text-anchor: end; }
    .ours { font-weight: bold; fill: #b4552d; }
    .footer { font-size: 10px; fill: #77808a; }
    </style>
    <rect width='100%' height='100%' fill='#fbfaf7'/>
    \(body.joined(separator: "\n"))
    </svg>

    """
  }
}
