import Foundation

/// Convolutions as rows of dots: each algorithm's speed as a multiple of the peak.
struct ConvolutionChart {
  private let rows: [Row]
  private let footer: String

  /// One convolution and its algorithms at one batch size.
  private struct Row {
    let name: String
    let dots: [(algorithm: String, ratio: Double)]
  }

  private let algorithms: [(name: String, title: String, colour: String)] = [
    ("direct", "direct", "#77808a"), ("winograd-2", "F(2,3)", "#3d7ea6"),
    ("winograd-4", "F(4,3)", "#b4552d"), ("winograd-6", "F(6,3)", "#5d8a3a"),
  ]

  private let width = 760.0
  private let left = 190.0
  private let right = 30.0
  private let pitch = 14.0
  private let top = 104.0

  /// - Parameters:
  ///   - reports: of `bench conv`.
  ///   - batch: the batch size that is drawn.
  init(_ reports: [Report], batch: Int) {
    let drawn = reports.filter { $0.batch == batch && $0.algorithm != nil }
    var names: [String] = []
    for report in drawn where !names.contains(report.name) { names.append(report.name) }
    rows = names.map { name in
      Row(
        name: name,
        dots: drawn.filter { $0.name == name }.map { ($0.algorithm ?? "", $0.peakRatio) })
    }
    let peaks = drawn.map(\.peakGflops).sorted()
    let peak = peaks.isEmpty ? 0 : Int(peaks[peaks.count / 2])
    footer = "\(drawn.first?.device ?? ""), FMA peak \(peak) GFLOP/s, batch \(batch), fp32"
  }

  /// The whole picture.
  var svg: String {
    let bottom = top + Double(rows.count) * pitch
    var body = [
      SVG.text("Speed of each convolution by each algorithm", x: 24, y: 36, "title"),
      SVG.text(
        "As a multiple of the peak of fused multiply-adds, counted as direct convolution.",
        x: 24, y: 56, "caption"),
    ]
    for (index, algorithm) in algorithms.enumerated() {
      let x = left + Double(index) * 90
      body += [
        circle(x: x, y: 76, colour: algorithm.colour),
        SVG.text(algorithm.title, x: x + 9, y: 80, "caption"),
      ]
    }
    for ratio in 0...limit {
      let x = place(Double(ratio))
      body += [
        String(
          format: "<line x1='%.1f' y1='%.1f' x2='%.1f' y2='%.1f' stroke='%@'/>", x, top - 6, x,
          bottom, ratio == 1 ? "#9aa2a9" : "#e3e4e0"),
        SVG.text("\(ratio)×", x: x, y: bottom + 16, "tick"),
      ]
    }
    for (index, row) in rows.enumerated() {
      let y = top + (Double(index) + 0.5) * pitch
      body.append(SVG.text(row.name, x: left - 14, y: y + 4, "label"))
      for dot in row.dots {
        let colour = algorithms.first { $0.name == dot.algorithm }?.colour ?? "#000"
        body.append(circle(x: place(dot.ratio), y: y, colour: colour))
      }
    }
    body.append(SVG.text(footer, x: 24, y: bottom + 40, "footer"))
    return SVG.document(
      body, width: width, height: bottom + 56,
      styles: [
        ".label { text-anchor: end; font-size: 11px; }",
        ".tick { text-anchor: middle; font-size: 10px; fill: #77808a; }",
      ])
  }

  /// The largest ratio, rounded up.
  private var limit: Int { Int((rows.flatMap(\.dots).map(\.ratio).max() ?? 1).rounded(.up)) }

  private func place(_ ratio: Double) -> Double {
    left + (width - left - right) * ratio / Double(limit)
  }

  private func circle(x: Double, y: Double, colour: String) -> String {
    String(format: "<circle cx='%.1f' cy='%.1f' r='4' fill='%@'/>", x, y, colour)
  }
}
