/// The square of the plane that a panel shows.
public struct PlotView: Hashable, Sendable {
  /// What stands in the middle.
  public var centre: SIMD2<Double>

  /// Half the length of an edge.
  public var halfWidth: Double

  /// A square.
  ///
  /// - Precondition: `halfWidth` is positive.
  public init(centre: SIMD2<Double>, halfWidth: Double) {
    precondition(halfWidth > 0, "half width \(halfWidth)")
    self.centre = centre
    self.halfWidth = halfWidth
  }

  /// The place of a point on paper, where y grows downwards.
  func place(_ point: SIMD2<Double>, in box: Drawing.Box) -> SIMD2<Double> {
    let unit = (point - centre) / (2 * halfWidth)
    return SIMD2(
      box.x + (0.5 + unit.x) * box.width, box.y + (0.5 - unit.y) * box.height)
  }
}

extension PlotView {
  /// Counterclockwise from the lowest; what another view does not show is cut off, so that an
  /// outline is seen whole.
  func corners(within other: PlotView) -> [SIMD2<Double>] {
    let reach = 0.99 * other.halfWidth
    return [SIMD2(-1, -1), SIMD2(1, -1), SIMD2(1, 1), SIMD2(-1, 1)].map {
      (centre + halfWidth * $0).clamped(
        lowerBound: other.centre - reach, upperBound: other.centre + reach)
    }
  }
}

extension PlotView {
  /// Whether a point is seen.
  func contains(_ point: SIMD2<Double>) -> Bool {
    let d = point - centre
    return abs(d.x) <= halfWidth && abs(d.y) <= halfWidth
  }
}
