import Testing

@testable import Figures

@Suite struct ContourTests {
  private let view = PlotView(centre: SIMD2(1, -2), halfWidth: 2)

  private func grid(edge: Int, _ value: (SIMD2<Double>) -> Double) -> DensityGrid {
    DensityGrid(view, edge: edge) { points in points.map(value) }
  }

  private func radius(_ point: SIMD2<Double>) -> Double {
    let d = point - view.centre
    return (d * d).sum().squareRoot()
  }

  @Test(arguments: [0.3, 1, 1.9])
  func aGaussianHasACircle(r: Double) throws {
    let contours = grid(edge: 161) { -radius($0) * radius($0) / 2 }.contours(at: -r * r / 2)
    let circle = try #require(contours.first)
    #expect(contours.count == 1)
    #expect(circle.allSatisfy { abs(radius($0) - r) < 2e-3 })
    // The area is on the left: counterclockwise, hence positive.
    #expect(abs(area(circle) - .pi * r * r) < 0.01)
  }

  @Test func aRingHasTwoCirclesOneAHole() {
    let contours = grid(edge: 161) { -abs(radius($0) - 1) }.contours(at: -0.5)
    #expect(contours.count == 2)
    let areas = contours.map(area).sorted()
    #expect(abs(areas[0] + .pi * 0.25) < 0.02 && abs(areas[1] - .pi * 2.25) < 0.02, "\(areas)")
  }

  @Test func theBorderClosesContours() {
    let contours = grid(edge: 41) { $0.x }.contours(at: 1.5)
    #expect(contours.count == 1)
    #expect(contours.first.map { abs(area($0) - 1.5 * 4) < 1e-9 } == true)
  }

  @Test func allOrNothing() {
    let flat = grid(edge: 9) { _ in 0 }
    #expect(flat.contours(at: 1).isEmpty)
    #expect(flat.contours(at: -1).map(area).reduce(0, +) == 16)
    #expect(grid(edge: 9) { _ in .nan }.contours(at: -1e300).isEmpty)
  }

  /// Noise is full of saddles: the even-odd rule must still tell inside from outside.
  @Test(arguments: [2, 3, 10, 33], [UInt64(1), 2, 3])
  func noiseIsSplitAsItsValuesSay(edge: Int, seed: UInt64) {
    var random = SplitMix(state: seed)
    let noise = grid(edge: edge) { _ in
      let isFar = random.next() % 16 == 0
      return isFar ? -100 : Double(random.next() >> 11) / 0x1p53
    }
    let contours = noise.contours(at: 0.5)
    let points = DensityGrid.points(of: view, edge: edge)
    for (index, point) in points.enumerated() {
      let (column, row) = (index % edge, index / edge)
      let isBorder = [0, edge - 1].contains(column) || [0, edge - 1].contains(row)
      if isBorder { continue }  // the border is a line of the contour
      #expect(
        contours.count { contains($0, point) } % 2 == (noise.values[index] > 0.5 ? 1 : 0),
        "edge \(edge), seed \(seed), column \(column), row \(row)")
    }
  }

  @Test(arguments: [0.0, 7.5])
  func levelsEncloseTheirShares(constant: Double) throws {
    // Of a Gaussian in the plane, a disc of radius r holds 1 - exp(-r²/2).
    let grid = DensityGrid(.init(centre: .zero, halfWidth: 6), edge: 301) { points in
      points.map { -($0 * $0).sum() / 2 + constant }
    }
    let levels = grid.levels(enclosing: [0.9, 0.5])
    #expect(abs(levels[0] - constant + 2.302_585) < 0.02, "\(levels)")
    #expect(abs(levels[1] - constant + 0.693_147) < 0.02, "\(levels)")
  }

  @Test func differencesOfGrids() {
    let ratio = grid(edge: 5) { 3 * $0.x } - grid(edge: 5) { $0.x }
    #expect(ratio == grid(edge: 5) { 2 * $0.x })
  }

  /// Positive if the polygon runs counterclockwise.
  private func area(_ polygon: [SIMD2<Double>]) -> Double {
    zip(polygon, polygon.dropFirst() + polygon.prefix(1))
      .reduce(0) { $0 + ($1.0.x * $1.1.y - $1.1.x * $1.0.y) / 2 }
  }

  private func contains(_ polygon: [SIMD2<Double>], _ point: SIMD2<Double>) -> Bool {
    // A ray that meets no corner of the grid.
    let p = point + SIMD2(0, 1e-7)
    return zip(polygon, polygon.dropFirst() + polygon.prefix(1)).count { a, b in
      (a.y > p.y) != (b.y > p.y) && p.x < a.x + (p.y - a.y) / (b.y - a.y) * (b.x - a.x)
    } % 2 == 1
  }
}
