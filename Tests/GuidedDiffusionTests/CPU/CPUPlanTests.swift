import Testing

@testable import GuidedDiffusion

@Suite("CPU plan") struct CPUPlanTests {
  /// A denoiser of 1 x 1 images whose D is easy to state: D = slope x + 3 sigma + 100 class.
  static func denoiser(
    slope: Double, classes: Int = 0
  ) throws -> CPUDenoiser<Double> {
    var graph = Graph()
    let x = graph.input("x", .batched(1, 1, 1))
    let sigma = graph.input("sigma", .batched(1))
    var offset = graph.scale(sigma, by: 3)
    if classes > 0 {
      let labels = graph.input("labels", .batched(classes))
      let values = graph.reshape(graph.parameter("classes", classes), .fixed(1, classes))
      offset = graph.combine([(offset, 1), (graph.linear(labels, values), 100)])
    }
    graph.name(graph.binary(.add, graph.scale(x, by: slope), offset), "denoised")
    return try CPUDenoiser(compiling: graph, parameters: ClassNumbers())
  }

  private struct ClassNumbers: ParameterSource {
    func elements<Element: BinaryFloatingPoint>(
      of name: String, shape: Shape, as type: Element.Type
    ) -> [Element] {
      (0..<shape.count).map { Element($0) }
    }
  }

  @Test("Euler and Heun steps follow their formulas")
  func steps() throws {
    let plan = CPUPlan<Double, Double>(
      main: try Self.denoiser(slope: 0.5, classes: 3), capacity: 2)
    plan.begin(x: [4, 10], classes: [2, 0])
    plan.euler(from: 2, to: 1, weights: nil)
    // D = 0.5 x + 6 + 100 class; d = (x - D)/2.
    let d = [(4 - 208.0) / 2, (10 - 11.0) / 2]
    let middle = [4 - d[0], 10 - d[1]]
    #expect(plan.finish() == middle)
    plan.correct(from: 2, to: 1, weights: nil)
    let corrected = [
      middle[0] - (0.5 * middle[0] + 203), middle[1] - (0.5 * middle[1] + 3),
    ]
    #expect(
      plan.finish() == [
        4 - (0.5 * d[0] + 0.5 * corrected[0]), 10 - (0.5 * d[1] + 0.5 * corrected[1]),
      ])
    plan.begin(x: [1], classes: nil)
    plan.addNoise([3], scale: 0.5)
    #expect(plan.finish() == [2.5])
  }

  @Test("guides are weighted as AG eq. 3 and 6 say, and ignored without weights")
  func guidance() throws {
    let plan = CPUPlan<Double, Double>(
      main: try Self.denoiser(slope: 0.5),
      guides: [try Self.denoiser(slope: 0.25), try Self.denoiser(slope: -1, classes: 4)],
      capacity: 1)
    // One step to 0 returns x - (x - D) = D.
    func denoised(_ weights: [Double]?) -> Double {
      plan.begin(x: [8], classes: [1])
      plan.euler(from: 1, to: 0, weights: weights)
      return plan.finish()[0]
    }
    let (main, first, second) = (7.0, 5.0, 95.0)
    #expect(denoised(nil) == main)
    #expect(denoised([1, 1]) == main)
    #expect(denoised([3, 1]) == main + 2 * (main - first))
    #expect(denoised([3, 1.5]) == main + 2 * (main - first) + 0.5 * (main - second))
  }

  @Test("one guide is combined as torch.lerp rounds")
  func lerp() {
    let (main, guide): (Float, Float) = (0.1, 1.7)
    for weight in [-0.3, 0, 0.25, 0.4999, 0.5, 1, 2.1] as [Float] {
      let combined = Guidance.combine(
        main: [main], guides: [(denoised: [guide], weight: Double(weight))])
      let expected =
        weight.magnitude < 0.5
        ? guide + weight * (main - guide) : main - (main - guide) * (1 - weight)
      #expect(combined == [expected])
    }
    #expect(Guidance.lerp(main: main, guide: guide, weight: 1) == main)
    #expect(Guidance.lerp(main: main, guide: guide, weight: 0) == guide)
  }
}
