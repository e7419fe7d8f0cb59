import Foundation

/// Frames of the probability flow of the 2D example: methods side by side, from noise to samples.
///
/// The view narrows as the noise falls, so that the points fill it at every level.
public struct ToyFlow: Hashable, Sendable {
  /// A panel's title and the line below it.
  public struct Method: Hashable, Sendable {
    /// In bold.
    public var title: String

    /// May be empty.
    public var detail: String

    /// A panel's texts.
    public init(_ title: String, detail: String = "") {
      self.title = title
      self.detail = detail
    }
  }

  /// From left to right.
  public var methods: [Method]

  /// Noise level of the first frame.
  public var sigmaMax: Double

  /// Edge of a panel in units.
  public var panelEdge = 340

  /// A flow.
  ///
  /// - Parameters:
  ///   - methods: from left to right.
  ///   - sigmaMax: noise level of the first frame.
  public init(_ methods: [Method], sigmaMax: Double = 5) {
    self.methods = methods
    self.sigmaMax = sigmaMax
  }

  /// What the frame of a noise level shows; densities are evaluated over it.
  public func view(sigma: Double) -> PlotView {
    // The data's own spread is about 0.5.
    let growth = (1 + sigma * sigma / 0.25).squareRoot()
    let overview = ToyFigures.overview
    return PlotView(centre: overview.centre, halfWidth: overview.halfWidth * growth)
  }

  /// The frame of one noise level.
  ///
  /// - Parameters:
  ///   - sigma: the level.
  ///   - classA: log-density at that level of the class that is sampled, over ``view(sigma:)``.
  ///   - classB: that of the other class; nil leaves it out.
  ///   - points: of each method at that level.
  /// - Returns: a drawing of one size for every level.
  public func frame(
    sigma: Double, classA: DensityGrid, classB: DensityGrid?, points: [[SIMD2<Double>]]
  ) -> Drawing {
    precondition(
      points.count == methods.count, "points of \(points.count) of \(methods.count) methods")
    let view = view(sigma: sigma)
    let ground =
      (classB.map { ToyFigures.contours(of: $0, .paleInk) } ?? [])
      + ToyFigures.contours(of: classA, .orange)
    let panels = zip(methods, points).map { method, points in
      var panel = Panel(method.title, detail: method.detail, view: view)
      panel.marks = ground + [.dots(points, radius: 0.9, .ink)]
      return panel
    }
    var plot = Plot(panels: panels)
    plot.panelEdge = panelEdge
    var drawing = plot.drawing()
    drawing.shapes += bar(sigma: sigma, in: drawing)
    return Drawing(width: drawing.width, height: drawing.height + 26, shapes: drawing.shapes)
  }

  /// How far the noise has fallen, below the panels.
  private func bar(sigma: Double, in drawing: Drawing) -> [Drawing.Shape] {
    let (left, right) = (128.0, Double(drawing.width) - 24)
    let top = Double(drawing.height) - 14
    let middle = top + PlotText.legend.lineHeight / 2
    // Logarithmic, but for the last step to 0.
    let share = 1 - log(1 + sigma / 0.002) / log(1 + sigmaMax / 0.002)
    let place = left + min(max(share, 0), 1) * (right - left)
    func line(to end: Double, _ colour: Colour) -> Drawing.Shape {
      .lines(
        [[SIMD2(left, middle), SIMD2(end, middle)]], isClosed: false,
        .init(width: 4, colour: colour))
    }
    return [
      PlotText.legend.shape(String(format: "σ = %.3f", sigma), x: 24, top: top),
      line(to: right, .frame), line(to: place, .orange),
      .dots([SIMD2(place, middle)], radius: 5, .orange),
    ]
  }
}
