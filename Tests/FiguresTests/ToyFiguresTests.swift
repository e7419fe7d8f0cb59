import Testing

@testable import Figures

@Suite struct ToyFiguresTests {
  /// A Gaussian over a view.
  private func grid(_ view: PlotView, at centre: SIMD2<Double>, width: Double) -> DensityGrid {
    DensityGrid(view, edge: 41) { points in
      points.map { point in
        let d = (point - centre) / width
        return -(d * d).sum() / 2
      }
    }
  }

  private func points(_ count: Int, in view: PlotView) -> [SIMD2<Double>] {
    var random = SplitMix(state: UInt64(count))
    func uniform() -> Double { Double(random.next() >> 11) / 0x1p52 - 1 }
    return (0..<count).map { _ in view.centre + view.halfWidth * SIMD2(uniform(), uniform()) }
  }

  private func figure1(_ samples: [ToyFigures.Samples?]) -> Plot {
    let view = ToyFigures.overview
    return ToyFigures.samples(
      samples, classA: grid(view, at: SIMD2(0.6, 0.6), width: 0.2),
      classB: grid(view, at: SIMD2(-0.2, -0.2), width: 0.2), marked: 1)
  }

  @Test func figure1ShowsContoursAndEverySample() throws {
    let plot = figure1([
      .init("Ground truth", points: points(300, in: ToyFigures.overview)),
      .init("No guidance", points: points(200, in: ToyFigures.overview) + [SIMD2(9, 9)]),
    ])
    #expect(plot.panels.map(\.title) == ["Ground truth", "No guidance"])
    let drawing = plot.drawing()
    let counts = dots(drawing).filter { $0 != 1 }  // single dots are the legend's
    #expect(counts == [300, 200])
    let areas = drawing.allShapes.count { if case .area = $0 { true } else { false } }
    // For each panel its ground and four levels of two classes.
    #expect(areas == 2 * (1 + 8))
    let picture = try drawing.picture(scale: 1)
    #expect(Set(picture.pixels).count > 20)
  }

  @Test func missingMethodsCloseUp() {
    let sample = ToyFigures.Samples("Some", points: [SIMD2(0, 0)])
    let all = figure1([sample, sample, sample, sample, sample]).drawing()
    let four = figure1([sample, sample, nil, sample, sample])
    #expect(four.panels.count == 4 && four.columns == 4)
    #expect(four.drawing().width < all.width && four.drawing().height == all.height)
  }

  @Test func thinningKeepsTheFirstOfEachNeighbourhood() {
    let view = PlotView(centre: .zero, halfWidth: 1)
    let given = [
      SIMD2(0, 0), SIMD2(0.05, 0), SIMD2(5, 5), SIMD2(0.1, 0), SIMD2(0.1, 0.02), SIMD2(.nan, 0),
    ]
    #expect(ToyCloseUp.thinned(given, distance: 0.1, view: view) == [0, 3])
    let many = points(4096, in: ToyFigures.closeUp)
    let kept = ToyCloseUp.thinned(many).map { many[$0] }
    for (index, point) in kept.enumerated() {
      for other in kept[..<index] {
        let d = point - other
        #expect((d * d).sum() >= ToyCloseUp.spacing * ToyCloseUp.spacing)
      }
    }
    #expect(kept.count > 80)
  }

  @Test func figure2HasFivePanels() throws {
    let view = ToyFigures.closeUp
    let places = points(20, in: view)
    func field(_ width: Double) -> ToyCloseUp.Field {
      .init(
        logDensity: grid(view, at: view.centre, width: width), points: places,
        scores: places.map { (view.centre - $0) / (width * width) })
    }
    var figure = ToyCloseUp(truth: grid(view, at: view.centre, width: 0.1))
    #expect(figure.plot(sigma: 0.03).panels.isEmpty)
    let paths = places.map { [$0, view.centre] }
    (figure.unguided, figure.guided) = (paths, paths)
    (figure.main, figure.weak) = (field(0.1), field(0.15))
    let plot = figure.plot(sigma: 0.03)
    #expect(plot.panels.count == 5)
    for (index, panel) in plot.panels.enumerated() {
      var (outlines, arrows, lines, areas) = (0, 0, 0, 0)
      for mark in panel.marks {
        switch mark {
        case .outlines(let polygons, _, _): outlines += polygons.count
        case .arrows(let list, _, _): arrows += list.count
        case .paths(let list, _, _): lines += list.count
        case .areas(let polygons, _): areas += polygons.count
        case .dots: continue
        }
      }
      #expect(areas > 0 && lines == (index < 2 ? 20 : 0), "\(panel.title)")
      #expect(arrows == (index < 2 ? 0 : 20) && (outlines > 0) == (index < 4), "\(panel.title)")
    }
    #expect(try plot.drawing().encode(as: .pdf).count > 1000)
  }

  @Test func framesOfTheFlowAreOfOneSize() throws {
    let flow = ToyFlow([.init("No guidance"), .init("Autoguidance", detail: "w = 3")])
    var animation = AnimatedPNG()
    for sigma in [5, 0.5, 0] {
      let view = flow.view(sigma: sigma)
      let frame = flow.frame(
        sigma: sigma, classA: grid(view, at: view.centre, width: 0.5 + sigma), classB: nil,
        points: [points(50, in: view), points(60, in: view)])
      #expect(dots(frame).filter { $0 != 1 } == [50, 60])
      animation.append(try frame.picture(scale: 1), milliseconds: 50)
    }
    #expect(animation.count == 3)
    #expect(flow.view(sigma: 0) == ToyFigures.overview)
    #expect(flow.view(sigma: 5).halfWidth > 10)
  }

  private func dots(_ drawing: Drawing) -> [Int] {
    drawing.allShapes.compactMap { shape in
      if case .dots(let points, _, _) = shape { points.count } else { nil }
    }
  }
}
