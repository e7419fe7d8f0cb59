import Foundation

/// A table of numbers as colours: a metric over two settings.
public struct HeatMap: Hashable, Sendable {
  /// Above everything; may be empty.
  public var title: String

  /// A smaller line below the title; may be empty.
  public var introduction: String = ""

  /// What the columns mean.
  public var xLabel: String

  /// What the rows mean.
  public var yLabel: String

  /// From left to right.
  public var columns: [String]

  /// From bottom to top.
  public var rows: [String]

  /// A number for each row and column; those that are not known are left empty.
  public var values: [[Double?]]

  /// A cell with a frame, such as the best.
  public var marked: Cell?

  /// A small line at the foot.
  public var footer: String = ""

  /// Size of a cell, in units.
  public var cell = SIMD2(76, 44)

  /// Place of a number.
  public struct Cell: Hashable, Sendable {
    /// From the bottom.
    public var row: Int

    /// From the left.
    public var column: Int

    /// A place.
    public init(row: Int, column: Int) {
      self.row = row
      self.column = column
    }
  }

  /// A map.
  ///
  /// - Precondition: as many lists of values as rows, each as long as there are columns.
  public init(
    title: String, xLabel: String, yLabel: String, columns: [String], rows: [String],
    values: [[Double?]]
  ) {
    precondition(
      values.count == rows.count && values.allSatisfy { $0.count == columns.count },
      "\(values.map(\.count)) values in \(rows.count) rows and \(columns.count) columns")
    (self.title, self.xLabel, self.yLabel) = (title, xLabel, yLabel)
    (self.columns, self.rows, self.values) = (columns, rows, values)
  }

  /// Lays the map out. Colours follow the logarithm where all numbers are above 0, so that one bad
  /// corner does not hide the rest.
  public func drawing() -> Drawing {
    let margin = 24.0
    var shapes: [Drawing.Shape] = []
    var top = margin
    if !title.isEmpty {
      shapes.append(PlotText.title.shape(title, x: margin, top: top))
      top += PlotText.title.lineHeight
    }
    if !introduction.isEmpty {
      shapes.append(PlotText.introduction.shape(introduction, x: margin, top: top))
      top += PlotText.introduction.lineHeight
    }
    if top > margin { top += 10 }
    shapes.append(PlotText.axis.shape(yLabel, x: margin, top: top))
    top += PlotText.axis.lineHeight + 6
    let nameWidth = rows.map(PlotText.axis.width).max() ?? 0
    let box = Drawing.Box(
      x: margin + nameWidth + 10, y: top, width: Double(cell.x * columns.count),
      height: Double(cell.y * rows.count))
    shapes += cells(in: box) + names(in: box)
    top += box.height + 6 + PlotText.axis.lineHeight
    shapes.append(
      PlotText.axis.shape(xLabel, x: box.x + box.width, top: top, alignment: .end))
    top += PlotText.axis.lineHeight
    shapes.append(PlotText.footer.shape(footer, x: margin, top: top))
    top += PlotText.footer.lineHeight
    let texts = [
      (title, PlotText.title), (introduction, .introduction), (yLabel, .axis), (footer, .footer),
    ]
    let right = max(
      box.x + box.width, margin + (texts.map { $0.1.width(of: $0.0) }.max() ?? 0))
    return Drawing(
      width: Int((right + margin).rounded(.up)), height: Int((top + margin - 8).rounded(.up)),
      shapes: shapes)
  }

  /// The box of a cell.
  private func place(_ row: Int, _ column: Int, in box: Drawing.Box) -> Drawing.Box {
    Drawing.Box(
      x: box.x + Double(column * cell.x), y: box.y + Double((rows.count - 1 - row) * cell.y),
      width: Double(cell.x), height: Double(cell.y))
  }

  private func cells(in box: Drawing.Box) -> [Drawing.Shape] {
    let known = values.joined().compactMap(\.self).filter(\.isFinite)
    let isLogarithmic = known.allSatisfy { $0 > 0 }
    func level(_ value: Double) -> Double { isLogarithmic ? log10(value) : value }
    let (low, high) = (level(known.min() ?? 0), level(known.max() ?? 1))
    var shapes: [Drawing.Shape] = []
    for (row, line) in values.enumerated() {
      for (column, value) in line.enumerated() {
        guard let value, value.isFinite else { continue }
        let cell = place(row, column, in: box)
        let share = high > low ? (level(value) - low) / (high - low) : 0
        shapes.append(.area(polygons: [cell.corners], ColourMap.colour(share)))
        let isMarked = marked == Cell(row: row, column: column)
        shapes.append(
          .text(
            Self.text(value), at: SIMD2(cell.x + cell.width / 2, cell.y + cell.height / 2 + 5),
            .middle, Font(size: 15, isBold: isMarked), ColourMap.textColour(share)))
      }
    }
    shapes.append(.lines([box.corners], isClosed: true, .init(width: 1, colour: .frame)))
    if let marked {
      let frame = place(marked.row, marked.column, in: box)
      shapes.append(.lines([frame.corners], isClosed: true, .init(width: 3, colour: .orange)))
    }
    return shapes
  }

  private func names(in box: Drawing.Box) -> [Drawing.Shape] {
    let line = PlotText.axis.lineHeight
    let left = rows.enumerated().map { row, name in
      let cell = place(row, 0, in: box)
      return PlotText.axis.shape(
        name, x: box.x - 10, top: cell.y + (cell.height - line) / 2, alignment: .end)
    }
    let below = columns.enumerated().map { column, name in
      let cell = place(0, column, in: box)
      return PlotText.axis.shape(
        name, x: cell.x + cell.width / 2, top: box.y + box.height + 6, alignment: .middle)
    }
    return left + below
  }

  /// A number with about four digits.
  static func text(_ value: Double) -> String {
    let digits = value.magnitude < 9.995 ? 3 : value.magnitude < 99.995 ? 2 : 1
    return String(format: "%.\(digits)f", value).replacingOccurrences(of: "-", with: "−")
  }
}
