/// Marching squares.
extension DensityGrid {
  /// The closed lines that bound where the values exceed a level.
  ///
  /// The grid is taken to end in -∞: where the area reaches the border, the line follows it. By the
  /// even-odd rule, the lines are the polygons of the area. Crossings are linear along the edges of
  /// the grid; a saddle is resolved by the mean of its corners.
  ///
  /// - Parameter level: a log-density.
  /// - Returns: polygons in coordinates of the view, the area on their left.
  public func contours(at level: Double) -> [[SIMD2<Double>]] {
    var next = Successors(edge: edge)
    for row in -1..<edge {
      for column in -1..<edge { link(column, row, level, &next) }
    }
    var polygons: [[SIMD2<Double>]] = []
    for start in next.indices where next[start] >= 0 {
      var polygon: [SIMD2<Double>] = []
      var crossing = start
      while next[crossing] >= 0 {
        let point = point(of: crossing, level)
        if polygon.last != point { polygon.append(point) }
        let following = next[crossing]
        next[crossing] = -1
        crossing = following
      }
      if polygon.count > 2 { polygons.append(polygon) }
    }
    return polygons
  }

  private typealias Successors = [Int]

  private func isInside(_ column: Int, _ row: Int, _ level: Double) -> Bool {
    value(column, row) > level
  }

  private func value(_ column: Int, _ row: Int) -> Double {
    0..<edge ~= column && 0..<edge ~= row ? values[row * edge + column] : -.infinity
  }

  /// The number of the grid's edge that starts at a corner and goes right or up.
  private func crossing(_ column: Int, _ row: Int, isUpright: Bool) -> Int {
    2 * ((row + 1) * (edge + 2) + column + 1) + (isUpright ? 1 : 0)
  }

  /// Adds the line segments of the cell right of and above a corner.
  private func link(_ column: Int, _ row: Int, _ level: Double, _ next: inout Successors) {
    let inside = (
      isInside(column, row, level), isInside(column + 1, row, level),
      isInside(column + 1, row + 1, level), isInside(column, row + 1, level)
    )
    if inside == (true, true, true, true) || inside == (false, false, false, false) { return }
    // Counterclockwise: bottom, right, top, left. A segment starts where the way around the cell
    // leaves the area, and ends where it enters: then the area is on its left.
    let corners = [inside.0, inside.1, inside.2, inside.3]
    let crossings = [
      crossing(column, row, isUpright: false), crossing(column + 1, row, isUpright: true),
      crossing(column, row + 1, isUpright: false), crossing(column, row, isUpright: true),
    ]
    let isSaddle = corners[0] == corners[2] && corners[1] == corners[3]
    let mean =
      (value(column, row) + value(column + 1, row) + value(column + 1, row + 1)
        + value(column, row + 1)) / 4
    // Around a saddle, the outer corners are cut off if its middle is inside, else the inner ones.
    let step = isSaddle && mean <= level ? 3 : 1
    for side in 0..<4 where corners[side] && !corners[(side + 1) % 4] {
      var end = (side + step) % 4
      while corners[end] || !corners[(end + 1) % 4] { end = (end + step) % 4 }
      next[crossings[side]] = crossings[end]
    }
  }

  /// Where the level is crossed.
  private func point(of crossing: Int, _ level: Double) -> SIMD2<Double> {
    let (cell, isUpright) = (crossing / 2, crossing % 2 == 1)
    let (column, row) = (cell % (edge + 2) - 1, cell / (edge + 2) - 1)
    let (a, b) = (
      value(column, row), isUpright ? value(column, row + 1) : value(column + 1, row)
    )
    let share =
      if a.isFinite && b.isFinite { (level - a) / (b - a) } else { a.isFinite ? 0.0 : 1 }
    let x = Double(column) + (isUpright ? 0 : share)
    let y = Double(row) + (isUpright ? share : 0)
    return Self.point(x, y, view, edge)
  }
}

extension [Int] {
  /// No successor for any edge of a grid with a border around it.
  fileprivate init(edge: Int) {
    self.init(repeating: -1, count: 2 * (edge + 2) * (edge + 2))
  }
}
