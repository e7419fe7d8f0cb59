import Foundation

/// A log-density at the crossings of a square grid that covers a view, borders included.
public struct DensityGrid: Hashable, Sendable {
  /// What the grid covers.
  public let view: PlotView

  /// Crossings along each edge.
  public let edge: Int

  /// `[edge, edge]`: rows from the lowest y, each from the lowest x.
  public let values: [Double]

  /// A grid of given values, of which those that are not finite count as -∞.
  ///
  /// - Precondition: there are `edge`² values, and `edge` is at least 2.
  public init(view: PlotView, edge: Int, values: [Double]) {
    precondition(
      edge >= 2 && values.count == edge * edge, "\(values.count) values for [\(edge), \(edge)]")
    self.view = view
    self.edge = edge
    self.values = values.map { $0.isFinite ? $0 : -.infinity }
  }

  /// Evaluates a log-density.
  ///
  /// - Parameters:
  ///   - view: what the grid covers.
  ///   - edge: crossings along each edge.
  ///   - logDensity: of all crossings at once; a constant added to it changes nothing.
  /// - Throws: what the evaluation throws.
  public init<Failure: Error>(
    _ view: PlotView, edge: Int = 400,
    logDensity: ([SIMD2<Double>]) throws(Failure) -> [Double]
  ) throws(Failure) {
    let values = try logDensity(Self.points(of: view, edge: edge))
    self.init(view: view, edge: edge, values: values)
  }

  /// The crossings, in the order of the values.
  public static func points(of view: PlotView, edge: Int) -> [SIMD2<Double>] {
    (0..<edge * edge).map { point(Double($0 % edge), Double($0 / edge), view, edge) }
  }

  static func point(
    _ column: Double, _ row: Double, _ view: PlotView, _ edge: Int
  ) -> SIMD2<Double> {
    let unit = SIMD2(column, row) / Double(edge - 1) * 2 - 1
    return view.centre + view.halfWidth * unit
  }

  /// log p - log q on the same grid.
  ///
  /// - Precondition: both grids are of one view and size.
  public static func - (p: DensityGrid, q: DensityGrid) -> DensityGrid {
    precondition(
      p.view == q.view && p.edge == q.edge, "\(p.edge) and \(q.edge), \(p.view) and \(q.view)")
    return DensityGrid(
      view: p.view, edge: p.edge, values: zip(p.values, q.values).map { $0 - $1 })
  }

  /// Log-densities whose contours enclose given shares of the density within the view.
  ///
  /// - Parameter shares: each between 0 and 1.
  /// - Returns: a level for each share.
  public func levels(enclosing shares: [Double]) -> [Double] {
    let sorted = values.sorted(by: >)
    let peak = sorted[0]
    guard peak.isFinite else { return shares.map { _ in 0 } }
    var sums: [Double] = []
    sums.reserveCapacity(sorted.count)
    for value in sorted { sums.append((sums.last ?? 0) + exp(value - peak)) }
    let total = sums[sums.count - 1]
    return shares.map { share in
      let index = sums.firstIndex { $0 >= share * total } ?? sorted.count - 1
      // A level below every finite value would be no contour at all.
      return max(sorted[index], peak - 700)
    }
  }
}
