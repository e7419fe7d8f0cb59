import Foundation

/// Figure 2 of the 2D example: why a weak network is a good guide.
///
/// All parts are optional; the panels of those that are missing are left out.
public struct ToyCloseUp: Hashable, Sendable {
  /// Log-density of the truth's class at noise level 0, over ``ToyFigures/closeUp``: the ground of
  /// the trajectories.
  public var truth: DensityGrid

  /// Trajectories without guidance, from the start of the sampling to its end, one for each of
  /// the thinned points.
  public var unguided: [[SIMD2<Double>]] = []

  /// Trajectories with autoguidance from the same points.
  public var guided: [[SIMD2<Double>]] = []

  /// What the trajectories' panels say below their titles.
  public var guidedDetail = "w = 3"

  /// Log-density of the main network at the intermediate noise level, and its scores.
  public var main: Field?

  /// Log-density of the weak network at that level, and its scores.
  public var weak: Field?

  /// A log-density with its gradient at some points.
  public struct Field: Hashable, Sendable {
    /// Up to a constant.
    public var logDensity: DensityGrid

    /// Where arrows start.
    public var points: [SIMD2<Double>]

    /// ∇ log p at each of the points.
    public var scores: [SIMD2<Double>]

    /// - Precondition: a score for each point.
    public init(logDensity: DensityGrid, points: [SIMD2<Double>], scores: [SIMD2<Double>]) {
      precondition(points.count == scores.count, "\(points.count) points, \(scores.count) scores")
      self.logDensity = logDensity
      self.points = points
      self.scores = scores
    }
  }

  /// A figure without panels.
  public init(truth: DensityGrid) { self.truth = truth }

  /// The distance between points to which the paper thins them.
  public static let spacing = 0.045

  /// Goes through points in order and keeps each that lies within the view and away from all kept.
  ///
  /// - Parameters:
  ///   - points: in the plane.
  ///   - distance: least distance of two kept points.
  ///   - view: points outside are dropped.
  /// - Returns: the indices of the kept points.
  public static func thinned(
    _ points: [SIMD2<Double>], distance: Double = spacing, view: PlotView = ToyFigures.closeUp
  ) -> [Int] {
    var kept: [Int] = []
    for (index, point) in points.enumerated() where view.contains(point) {
      let isFar = kept.allSatisfy { other in
        let d = points[other] - point
        return (d * d).sum() >= distance * distance
      }
      if isFar { kept.append(index) }
    }
    return kept
  }
}

extension ToyCloseUp {
  /// Trajectories without and with guidance, densities of main and weak, their ratio.
  ///
  /// - Parameter sigma: the intermediate noise level, for the titles.
  /// - Returns: panels in a row.
  public func plot(sigma: Double) -> Plot {
    var panels: [Panel] = []
    if !unguided.isEmpty { panels.append(trajectories("Trajectories", "no guidance", unguided)) }
    if !guided.isEmpty {
      panels.append(trajectories("Trajectories", "autoguidance, \(guidedDetail)", guided))
    }
    let level = "σ = \(sigma)"
    let length = arrowLength
    if let main {
      panels.append(field("Main density", "∇ log p₁, \(level)", main, length, .orange))
    }
    if let weak {
      panels.append(field("Weak density", "∇ log p₀, \(level)", weak, length, .blue))
    }
    if let main, let weak, main.points == weak.points {
      let ratio = Field(
        logDensity: main.logDensity - weak.logDensity, points: main.points,
        scores: zip(main.scores, weak.scores).map { $0 - $1 })
      panels.append(self.ratio("Their ratio", "∇ log (p₁ / p₀)", ratio))
    }
    var plot = Plot(panels: panels)
    if !unguided.isEmpty || !guided.isEmpty {
      plot.legend = [
        .init("class A without noise", .orange), .init("start of a trajectory", .paleInk),
        .init("its end", .ink),
      ]
    }
    return plot
  }

  private func trajectories(
    _ title: String, _ detail: String, _ paths: [[SIMD2<Double>]]
  ) -> Panel {
    var panel = Panel(title, detail: detail, view: ToyFigures.closeUp)
    panel.marks = ToyFigures.contours(of: truth, .orange)
    panel.marks += [
      .paths(paths, width: 0.9, .softInk),
      .dots(paths.compactMap(\.first), radius: 1.1, .paleInk),
      .dots(paths.compactMap(\.last), radius: 2, .ink),
    ]
    return panel
  }

  private func field(
    _ title: String, _ detail: String, _ field: Field, _ length: Double, _ colour: Colour
  ) -> Panel {
    var panel = Panel(title, detail: detail, view: ToyFigures.closeUp)
    let shares = [0.9999, 0.999, 0.99, 0.95, 0.85, 0.7, 0.5, 0.3, 0.12]
    panel.marks = ToyFigures.contours(of: field.logDensity, colour, shares: shares)
    panel.marks.append(arrows(field, length))
    return panel
  }

  /// The darker, the more main exceeds weak; what few points of the grid fall below is white.
  private func ratio(_ title: String, _ detail: String, _ field: Field) -> Panel {
    var panel = Panel(title, detail: detail, view: ToyFigures.closeUp)
    let values = field.logDensity.values.filter(\.isFinite).sorted()
    if values.count > 10 {
      let count = 12
      let (low, high) = (values[values.count / 50], values[values.count - 1])
      for index in 0..<count {
        let share = Double(index) / Double(count - 1)
        let level = low + (high - low) * Double(index) / Double(count)
        let polygons = field.logDensity.contours(at: level)
        let pale = Colour.white.mixed(with: .purple, 0.04 + 0.66 * share)
        panel.marks.append(.areas(polygons, pale))
      }
    }
    panel.marks.append(arrows(field, Self.usualLength(field.scores)))
    return panel
  }

  /// Of main's arrows; weak's are drawn to the same scale.
  private var arrowLength: Double { Self.usualLength(main?.scores ?? weak?.scores ?? []) }

  /// A length that a fifth of the scores exceed.
  private static func usualLength(_ scores: [SIMD2<Double>]) -> Double {
    let lengths = scores.map { ($0 * $0).sum().squareRoot() }.filter(\.isFinite).sorted()
    return lengths.isEmpty ? 1 : max(lengths[lengths.count * 4 / 5], .leastNormalMagnitude)
  }

  /// Arrows that are as long as the distance of points where the score has the usual length; none
  /// is longer than twice that.
  private func arrows(_ field: Field, _ usual: Double) -> Panel.Mark {
    .arrows(
      zip(field.points, field.scores).map { point, score in
        let length = (score * score).sum().squareRoot()
        let scale = Self.spacing * min(1 / usual, 2 / max(length, .leastNormalMagnitude))
        return Panel.Arrow(tail: point, vector: score * scale)
      }, width: 1.1, .ink)
  }
}
