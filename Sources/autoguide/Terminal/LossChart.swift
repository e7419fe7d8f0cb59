import Foundation

/// The curve of a loss in characters: dots of two by four per character, with the numbers of the
/// vertical axis.
struct LossChart {
  /// Characters beside and above each other, without the axis.
  var size = (columns: 64, rows: 8)

  /// Draws the curve.
  ///
  /// - Parameters:
  ///   - values: evenly spread over the width; means of neighbours where there are more than dots.
  ///   - end: what stands at the right end of the horizontal axis.
  /// - Returns: one line per row, and the horizontal axis; none for fewer than two values.
  func lines(_ values: [Double], end: String) -> [String] {
    let values = Self.resampled(values.filter(\.isFinite), to: 2 * size.columns)
    guard values.count >= 2, let lowest = values.min(), let highest = values.max() else {
      return []
    }
    let span = max(highest - lowest, 1e-9)
    let (width, height) = (2 * size.columns, 4 * size.rows)
    func row(_ value: Double) -> Int {
      Int(((highest - value) / span * Double(height - 1)).rounded())
    }
    var cells = [[UInt32]](repeating: .init(repeating: 0, count: size.columns), count: size.rows)
    var last = row(values[0])
    for x in 0..<width {
      let place = Double(x) / Double(width - 1) * Double(values.count - 1)
      let left = min(Int(place), values.count - 2)
      let share = place - Double(left)
      let y = row(values[left] * (1 - share) + values[left + 1] * share)
      // A steep curve is joined.
      for dot in min(y, last)...max(y, last) {
        cells[dot / 4][x / 2] |= Self.dots[dot % 4][x % 2]
      }
      last = y
    }
    let axis = cells.indices.map { row in
      let value = highest - span * Double(row) / Double(max(size.rows - 1, 1))
      return row % 2 == 0 || row == size.rows - 1 ? String(format: "%9.4f ┤", value) : "          │"
    }
    let rows = zip(axis, cells).map { label, cells in
      label + String(String.UnicodeScalarView(cells.compactMap { Unicode.Scalar(0x2800 + $0) }))
    }
    let ticks = String(repeating: "─", count: max(0, size.columns - end.count - 1))
    return rows + ["          └" + ticks + " " + end]
  }

  /// Bits of a braille character by row and column.
  private static let dots: [[UInt32]] = [
    [0x01, 0x08], [0x02, 0x10], [0x04, 0x20], [0x40, 0x80],
  ]

  private static func resampled(_ values: [Double], to count: Int) -> [Double] {
    guard values.count > count else { return values }
    return (0..<count).map { index in
      let part = values[index * values.count / count..<(index + 1) * values.count / count]
      return part.reduce(0, +) / Double(part.count)
    }
  }
}
