/// A square view of the plane with a title: contours, samples, trajectories, arrows.
public struct Panel: Hashable, Sendable {
  /// In bold above the panel.
  public var title: String

  /// Smaller and in grey below the title; may be empty.
  public var detail: String

  /// What is shown.
  public var view: PlotView

  /// From the lowest to the topmost.
  public var marks: [Mark] = []

  /// An empty panel.
  public init(_ title: String, detail: String = "", view: PlotView) {
    self.title = title
    self.detail = detail
    self.view = view
  }

  /// Something in a panel. Places are in the panel's view, widths in units of the drawing.
  public enum Mark: Hashable, Sendable {
    /// Areas within polygons, by the even-odd rule.
    case areas([[SIMD2<Double>]], Colour)

    /// Closed lines.
    case outlines([[SIMD2<Double>]], width: Double, Colour)

    /// Lines through points.
    case paths([[SIMD2<Double>]], width: Double, Colour)

    /// Discs.
    case dots([SIMD2<Double>], radius: Double, Colour)

    /// Arrows from points along vectors, with heads.
    case arrows([Arrow], width: Double, Colour)
  }

  /// From a point along a vector.
  public struct Arrow: Hashable, Sendable {
    /// Where it starts.
    public var tail: SIMD2<Double>

    /// To its tip.
    public var vector: SIMD2<Double>

    /// An arrow.
    public init(tail: SIMD2<Double>, vector: SIMD2<Double>) {
      self.tail = tail
      self.vector = vector
    }
  }
}

extension Panel {
  /// The panel's marks within a frame.
  func shapes(in box: Drawing.Box) -> [Drawing.Shape] {
    let frame = Drawing.Stroke(width: 1, colour: .frame)
    return [
      .area(polygons: [box.corners], .white),
      .clipped(marks.flatMap { shapes(of: $0, in: box) }, to: box),
      .lines([box.corners], isClosed: true, frame),
    ]
  }

  private func shapes(of mark: Mark, in box: Drawing.Box) -> [Drawing.Shape] {
    func place(_ lines: [[SIMD2<Double>]]) -> [[SIMD2<Double>]] {
      lines.map { line in line.map { view.place($0, in: box) } }
    }
    switch mark {
    case .areas(let polygons, let colour):
      return [.area(polygons: place(polygons), colour)]
    case .outlines(let polygons, let width, let colour):
      return [
        .lines(place(polygons), isClosed: true, .init(width: width, colour: colour))
      ]
    case .paths(let paths, let width, let colour):
      return [.lines(place(paths), isClosed: false, .init(width: width, colour: colour))]
    case .dots(let points, let radius, let colour):
      let seen = points.lazy.map { view.place($0, in: box) }
        .filter { box.contains($0, margin: radius) }
      return [.dots(Array(seen), radius: radius, colour)]
    case .arrows(let arrows, let width, let colour):
      let placed = arrows.map {
        (view.place($0.tail, in: box), view.place($0.tail + $0.vector, in: box))
      }
      return shapes(ofArrows: placed, width: width, colour)
    }
  }

  /// Shafts as lines, heads as triangles; no head is longer than half its arrow.
  private func shapes(
    ofArrows arrows: [(SIMD2<Double>, SIMD2<Double>)], width: Double, _ colour: Colour
  ) -> [Drawing.Shape] {
    var (shafts, heads): ([[SIMD2<Double>]], [[SIMD2<Double>]]) = ([], [])
    for (tail, tip) in arrows {
      let vector = tip - tail
      let length = (vector * vector).sum().squareRoot()
      guard length > 0, length.isFinite else { continue }
      let along = vector / length
      let across = SIMD2(-along.y, along.x)
      let head = min(5 * width, length / 2)
      let base = tip - head * along
      shafts.append([tail, base])
      heads.append([tip, base + 0.4 * head * across, base - 0.4 * head * across])
    }
    // One triangle each: overlapping heads must not cut holes into each other.
    return [.lines(shafts, isClosed: false, .init(width: width, colour: colour))]
      + heads.map { .area(polygons: [$0], colour) }
  }
}
