/// Curves over one axis: a training loss, or a metric over the weight of guidance.
public struct LineChart: Hashable, Sendable {
  /// One curve.
  public struct Series: Hashable, Sendable {
    /// For the legend.
    public var name: String

    /// In the order in which they are joined; the line has a gap where a number is not finite.
    public var points: [SIMD2<Double>]

    /// Of line and dots.
    public var colour: Colour

    /// Draws a disc at every point.
    public var hasDots = false

    /// Draws dashes.
    public var isDashed = false

    /// A solid curve without dots.
    public init(_ name: String, points: [SIMD2<Double>], colour: Colour) {
      self.name = name
      self.points = points
      self.colour = colour
    }
  }

  /// Above everything; may be empty.
  public var title: String

  /// What the horizontal axis means, with its unit.
  public var xLabel: String

  /// What the vertical axis means, with its unit.
  public var yLabel: String

  /// From the lowest to the topmost.
  public var series: [Series]

  /// Logarithmic horizontal axis; points at or below 0 are left out.
  public var xIsLogarithmic = false

  /// Logarithmic vertical axis; points at or below 0 are left out.
  public var yIsLogarithmic = false

  /// A small line at the foot.
  public var footer: String = ""

  /// Size of the area of the curves, in units.
  public var size = SIMD2(640, 320)

  /// A chart with linear axes.
  public init(title: String, xLabel: String, yLabel: String, series: [Series]) {
    self.title = title
    self.xLabel = xLabel
    self.yLabel = yLabel
    self.series = series
  }

  /// Lays the chart out.
  public func drawing() -> Drawing {
    let points = series.flatMap(\.points)
    let x = AxisScale(points.map(\.x), isLogarithmic: xIsLogarithmic)
    let y = AxisScale(points.map(\.y), isLogarithmic: yIsLogarithmic)
    let margin = 24.0
    let tickWidth = y.ticks.map { PlotText.axis.width(of: AxisScale.text($0)) }.max() ?? 0
    var shapes: [Drawing.Shape] = []
    var top = margin
    func add(_ text: String, _ style: PlotText) {
      guard !text.isEmpty else { return }
      shapes.append(style.shape(text, x: margin, top: top))
      top += style.lineHeight
    }
    add(title, .title)
    let named = series.filter { !$0.name.isEmpty }
    let legend = Legend(entries: named.map { .init($0.name, $0.colour) })
      .lines(width: tickWidth + 8 + Double(size.x))
    if !legend.isEmpty { top += 4 }
    for line in legend {
      shapes += line.shapes(x: margin, top: top)
      top += PlotText.legend.lineHeight
    }
    if top > margin { top += 10 }
    add(yLabel, .axis)
    top += 6
    let box = Drawing.Box(
      x: margin + tickWidth + 8, y: top, width: Double(size.x), height: Double(size.y))
    shapes += ticks(x, y, in: box)
    shapes.append(
      .clipped(series.flatMap { self.shapes(of: $0, x, y, in: box) }, to: box))
    let line = PlotText.axis.lineHeight
    top += box.height + 6 + line
    shapes.append(
      PlotText.axis.shape(xLabel, x: box.x + box.width, top: top, alignment: .end))
    top += line
    add(footer, .footer)
    let widths =
      [PlotText.title.width(of: title), PlotText.footer.width(of: footer)]
      + legend.map(\.width)
    let right = max(box.x + box.width, margin + (widths.max() ?? 0))
    return Drawing(
      width: Int((right + margin).rounded(.up)), height: Int((top + margin - 8).rounded(.up)),
      shapes: shapes)
  }

  private func ticks(_ x: AxisScale, _ y: AxisScale, in box: Drawing.Box) -> [Drawing.Shape] {
    var shapes: [Drawing.Shape] = []
    let grid = Drawing.Stroke(width: 1, colour: .frame)
    for tick in y.ticks {
      let height = box.y + (1 - (y.share(of: tick) ?? 0)) * box.height
      let line = [SIMD2(box.x, height), SIMD2(box.x + box.width, height)]
      shapes.append(.lines([line], isClosed: false, grid))
      shapes.append(
        PlotText.axis.shape(
          AxisScale.text(tick), x: box.x - 8, top: height - PlotText.axis.lineHeight / 2,
          alignment: .end))
    }
    let foot = box.y + box.height
    let axis = [SIMD2(box.x, foot), SIMD2(box.x + box.width, foot)]
    shapes.append(.lines([axis], isClosed: false, .init(width: 1.2, colour: .paleInk)))
    for tick in x.ticks {
      let place = box.x + (x.share(of: tick) ?? 0) * box.width
      let mark = [SIMD2(place, foot), SIMD2(place, foot + 5)]
      shapes.append(.lines([mark], isClosed: false, .init(width: 1.2, colour: .paleInk)))
      shapes.append(
        PlotText.axis.shape(AxisScale.text(tick), x: place, top: foot + 6, alignment: .middle))
    }
    return shapes
  }

  private func shapes(
    of series: Series, _ x: AxisScale, _ y: AxisScale, in box: Drawing.Box
  ) -> [Drawing.Shape] {
    var lines: [[SIMD2<Double>]] = [[]]
    for point in series.points {
      if let across = x.share(of: point.x), let up = y.share(of: point.y) {
        lines[lines.count - 1].append(
          SIMD2(box.x + across * box.width, box.y + (1 - up) * box.height))
      } else {
        lines.append([])
      }
    }
    lines.removeAll(where: \.isEmpty)
    let stroke = Drawing.Stroke(
      width: 2, colour: series.colour, dash: series.isDashed ? 6 : 0)
    let curve = Drawing.Shape.lines(lines, isClosed: false, stroke)
    return series.hasDots
      ? [curve, .dots(lines.flatMap { $0 }, radius: 3.5, series.colour)] : [curve]
  }
}
