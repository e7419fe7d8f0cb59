/// The figures of the paper's 2D example (Autoguidance, Figures 1 and 2).
public enum ToyFigures {
  /// What Figure 1 shows.
  public static let overview = PlotView(centre: SIMD2(0.30, 0.30), halfWidth: 1.2)

  /// What Figure 2 shows: a few branches at the top of class A.
  public static let closeUp = PlotView(centre: SIMD2(0.45, 1.22), halfWidth: 0.3)

  /// Samples of one method.
  public struct Samples: Hashable, Sendable {
    /// Of the panel.
    public var title: String

    /// Below the title; may be empty.
    public var detail: String

    /// In the plane.
    public var points: [SIMD2<Double>]

    /// Samples with a name.
    public init(_ title: String, detail: String = "", points: [SIMD2<Double>]) {
      self.title = title
      self.detail = detail
      self.points = points
    }
  }

  /// Figure 1: samples of each method over the contours of both classes.
  ///
  /// - Parameters:
  ///   - samples: a panel each, in order; methods that were not run are left out.
  ///   - classA: log-density of the class that is sampled, over ``overview``.
  ///   - classB: log-density of the other class.
  ///   - marked: index of the panel in which a box marks what Figure 2 shows.
  /// - Returns: panels in a row.
  public static func samples(
    _ samples: [Samples?], classA: DensityGrid, classB: DensityGrid, marked: Int? = nil
  ) -> Plot {
    let ground = ground(classA: classA, classB: classB)
    var panels: [Panel] = []
    for (index, samples) in samples.enumerated() {
      guard let samples else { continue }
      var panel = Panel(samples.title, detail: samples.detail, view: overview)
      panel.marks = ground
      panel.marks.append(.dots(samples.points, radius: sampleRadius, .ink))
      if index == marked {
        panel.marks.append(.outlines([closeUp.corners(within: overview)], width: 1.2, .ink))
      }
      panels.append(panel)
    }
    var plot = Plot(panels: panels)
    plot.legend = [
      .init("class A, which is sampled", .orange), .init("class B", .paleInk),
      .init("samples", .ink),
    ]
    return plot
  }

  static let sampleRadius = 0.5

  /// Contours that enclose these shares of a class, from the outermost.
  static let shares = [0.999, 0.95, 0.7, 0.35]

  /// Filled contours of both classes.
  static func ground(classA: DensityGrid, classB: DensityGrid) -> [Panel.Mark] {
    contours(of: classB, .paleInk) + contours(of: classA, .orange)
  }

  /// Filled contours, the outermost with a line around it.
  static func contours(
    of grid: DensityGrid, _ colour: Colour, shares: [Double] = shares
  ) -> [Panel.Mark] {
    let levels = grid.levels(enclosing: shares)
    return levels.enumerated().flatMap { index, level -> [Panel.Mark] in
      let polygons = grid.contours(at: level)
      let strength = 0.14 + 0.5 * Double(index) / Double(max(levels.count - 1, 1))
      let areas = Panel.Mark.areas(polygons, .white.mixed(with: colour, strength))
      guard index == 0 else { return [areas] }
      return [areas, .outlines(polygons, width: 0.8, .white.mixed(with: colour, 0.75))]
    }
  }
}
