/// Where everything of a contact sheet stands, in device pixels.
struct SheetLayout {
  /// The largest edge of a cairo surface.
  static let largestEdge = 32767

  /// One line of text.
  struct Line: Hashable {
    var text: String
    var x: Double
    var baseline: Double
    var style: TextStyle
  }

  let width: Int
  let height: Int

  /// Enlargement of the pictures.
  let factor: Int

  /// The place of each picture, by row and column.
  let cells: [[Rectangle]]

  let lines: [Line]

  /// Computes the layout.
  ///
  /// - Parameters:
  ///   - sheet: with a picture for each row and column, all of one size.
  ///   - measure: the width of a text in a font, in pixels.
  init(_ sheet: ContactSheet, measure: (String, Font) -> Double) {
    guard let first = sheet.pictures.joined().lazy.compactMap(\.self).first else {
      preconditionFailure("a sheet without pictures")
    }
    precondition(
      sheet.pictures.count == sheet.rows.count
        && sheet.pictures.allSatisfy { row in
          row.count == sheet.columns.count
            && row.allSatisfy {
              $0.map { ($0.width, $0.height) == (first.width, first.height) } ?? true
            }
        }, "one picture of \(first.width) x \(first.height) is needed per row and column")

    let unit = Double(sheet.scale)
    let margin = 24 * unit
    let gap = 8 * unit
    func width(_ text: String, _ style: TextStyle) -> Double {
      measure(text, style.font(scale: sheet.scale))
    }
    func widest(_ labels: [ContactSheet.Label]) -> Double {
      labels.map { max(width($0.name, .name), width($0.detail, .detail)) }.max() ?? 0
    }

    let edge = Double(min(first.width, first.height))
    let factor = max(1, Int((Double(sheet.smallestEdge) * unit / edge).rounded(.up)))
    let (cellWidth, cellHeight) = (first.width * factor, first.height * factor)
    let captions = sheet.captions.joined().map { width($0, .detail) }
    let columnWidth = max(Double(cellWidth), widest(sheet.columns), captions.max() ?? 0)
      .rounded(.up)
    let labels = widest(sheet.rows)
    let labelWidth = labels == 0 ? 0 : (labels + 2 * gap).rounded(.up)

    var lines: [Line] = []
    var y = margin
    func add(_ text: String, x: Double, below top: Double, _ style: TextStyle) {
      guard !text.isEmpty else { return }
      let ascent = style.font(scale: sheet.scale).size * 0.8
      lines.append(
        Line(text: text, x: x.rounded(), baseline: (top + ascent).rounded(), style: style))
    }

    add(sheet.title, x: margin, below: y, .title)
    y += TextStyle.title.lineHeight * unit
    for text in sheet.introduction {
      add(text, x: margin, below: y, .caption)
      y += TextStyle.caption.lineHeight * unit
    }
    y += 14 * unit

    let left = margin + labelWidth
    func centre(_ column: Int) -> Double {
      left + Double(column) * (columnWidth + gap) + columnWidth / 2
    }
    let hasName = sheet.columns.contains { !$0.name.isEmpty }
    let hasDetail = sheet.columns.contains { !$0.detail.isEmpty }
    for (index, label) in sheet.columns.enumerated() {
      add(label.name, x: centre(index) - width(label.name, .name) / 2, below: y, .name)
      add(
        label.detail, x: centre(index) - width(label.detail, .detail) / 2,
        below: y + TextStyle.name.lineHeight * unit, .detail)
    }
    if hasName { y += (TextStyle.name.lineHeight + 4) * unit }
    if hasDetail { y += TextStyle.detail.lineHeight * unit }

    var cells: [[Rectangle]] = []
    for label in sheet.rows {
      let nameHeight = TextStyle.name.lineHeight * unit
      let block = nameHeight + (label.detail.isEmpty ? 0 : TextStyle.detail.lineHeight * unit)
      let top = y + (Double(cellHeight) - block) / 2
      add(label.name, x: margin, below: top, .name)
      add(label.detail, x: margin, below: top + nameHeight, .detail)
      let row = sheet.columns.indices.map { index in
        Rectangle(
          x: Int(centre(index)) - cellWidth / 2, y: Int(y), width: cellWidth, height: cellHeight)
      }
      y += Double(cellHeight)
      if !sheet.captions.isEmpty {
        for (index, caption) in sheet.captions[cells.count].enumerated() {
          add(caption, x: centre(index) - width(caption, .detail) / 2, below: y + 3 * unit, .detail)
        }
        y += (3 + TextStyle.detail.lineHeight) * unit
      }
      cells.append(row)
      y += gap
    }
    y += 4 * unit
    add(sheet.footer, x: margin, below: y, .footer)
    if !sheet.footer.isEmpty { y += TextStyle.footer.lineHeight * unit }

    let right = lines.map { $0.x + width($0.text, $0.style) }.max() ?? 0
    let columns = Double(sheet.columns.count)
    self.width = Int(max(left + columns * (columnWidth + gap) - gap, right) + margin)
    self.height = Int(y + margin - gap)
    self.factor = factor
    self.cells = cells
    self.lines = lines
  }
}
