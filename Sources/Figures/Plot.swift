/// A figure of panels in rows, with a title.
public struct Plot: Hashable, Sendable {
  /// Above everything; may be empty.
  public var title: String

  /// Smaller lines below the title.
  public var introduction: [String] = []

  /// A small line at the foot: what the figure was made with.
  public var footer: String = ""

  /// From the top left, row by row.
  public var panels: [Panel]

  /// Panels in a row.
  public var columns: Int

  /// Edge of a panel in units.
  public var panelEdge: Int = 240

  /// Colours and what they stand for, in a line below the panels.
  public var legend: [LegendEntry] = []

  /// A colour and what it stands for.
  public struct LegendEntry: Hashable, Sendable {
    /// A few words.
    public var name: String

    /// Of the disc before the name.
    public var colour: Colour

    /// An entry.
    public init(_ name: String, _ colour: Colour) {
      self.name = name
      self.colour = colour
    }
  }

  /// Panels in one row.
  public init(title: String = "", panels: [Panel]) {
    self.title = title
    self.panels = panels
    columns = max(1, panels.count)
  }

  /// Lays the figure out.
  public func drawing() -> Drawing {
    let (margin, gap, edge) = (24.0, 14.0, Double(panelEdge))
    var shapes: [Drawing.Shape] = []
    var y = margin
    func add(_ text: String, x: Double, _ style: PlotText) {
      guard !text.isEmpty else { return }
      shapes.append(style.shape(text, x: x, top: y))
    }
    add(title, x: margin, .title)
    if !title.isEmpty { y += PlotText.title.lineHeight }
    for line in introduction {
      add(line, x: margin, .introduction)
      y += PlotText.introduction.lineHeight
    }
    if y > margin { y += 12 }

    for start in stride(from: 0, to: panels.count, by: columns) {
      let row = panels[start..<min(start + columns, panels.count)]
      let hasDetail = row.contains { !$0.detail.isEmpty }
      for (column, panel) in row.enumerated() {
        let x = margin + Double(column) * (edge + gap)
        add(panel.title, x: x + edge / 2, .panelTitle)
        let top = y
        y += PlotText.panelTitle.lineHeight
        add(panel.detail, x: x + edge / 2, .panelDetail)
        if hasDetail { y += PlotText.panelDetail.lineHeight }
        shapes += panel.shapes(in: .init(x: x, y: y + 3, width: edge, height: edge))
        y = top
      }
      y += PlotText.panelTitle.lineHeight + 3 + edge + gap
      if hasDetail { y += PlotText.panelDetail.lineHeight }
    }
    let columns = Double(min(self.columns, max(panels.count, 1)))
    let right = margin + columns * (edge + gap) - gap
    if !legend.isEmpty {
      shapes += Legend(entries: legend).shapes(x: margin, top: y)
      y += PlotText.legend.lineHeight + 4
    }
    add(footer, x: margin, .footer)
    if !footer.isEmpty { y += PlotText.footer.lineHeight }
    let textWidths =
      [(title, PlotText.title), (footer, .footer)].map { $0.1.width(of: $0.0) }
      + introduction.map(PlotText.introduction.width)
    let width = max(right, margin + (textWidths.max() ?? 0)) + margin
    return Drawing(
      width: Int(width.rounded(.up)), height: Int((y + margin - gap).rounded(.up)),
      shapes: shapes)
  }
}
