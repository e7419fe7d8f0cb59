import Testing

@testable import Figures

@Suite struct LineChartTests {
  private func chart(_ points: [SIMD2<Double>]) -> LineChart {
    LineChart(
      title: "Loss", xLabel: "iteration", yLabel: "loss",
      series: [.init("main", points: points, colour: .orange)])
  }

  private func curves(_ chart: LineChart) -> [[SIMD2<Double>]] {
    var curves: [[SIMD2<Double>]] = []
    for case .clipped(let inner, _) in chart.drawing().shapes {
      for case .lines(let lines, _, _) in inner { curves += lines }
    }
    return curves
  }

  @Test func aCurveRisesOnPaperWhereItsValuesDo() throws {
    let curve = try #require(curves(chart([SIMD2(0, 1), SIMD2(1, 2), SIMD2(3, 1.5)])).first)
    #expect(curve.count == 3 && curve[1].y < curve[2].y && curve[2].y < curve[0].y)
    #expect(abs((curve[1].x - curve[0].x) * 3 - (curve[2].x - curve[0].x)) < 1e-9)
  }

  @Test func whatIsNotANumberIsAGap() {
    let points = [SIMD2(0, 1), SIMD2(1, 2), SIMD2(2, .nan), SIMD2(3, 1), SIMD2(4, .infinity)]
    #expect(curves(chart(points)).map(\.count) == [2, 1])
    var logarithmic = chart([SIMD2(0, 1), SIMD2(1, 0), SIMD2(2, 10), SIMD2(3, -1)])
    logarithmic.yIsLogarithmic = true
    #expect(curves(logarithmic).map(\.count) == [1, 1])
  }

  @Test(arguments: [[], [SIMD2(1, 1)], [SIMD2(1, 0), SIMD2(2, 0)], [SIMD2(.nan, .nan)]])
  func littleDataIsDrawn(points: [SIMD2<Double>]) throws {
    for isLogarithmic in [false, true] {
      var chart = chart(points)
      (chart.xIsLogarithmic, chart.yIsLogarithmic) = (isLogarithmic, isLogarithmic)
      #expect(try !chart.drawing().encode(as: .svg).isEmpty)
    }
  }

  @Test func ticksAreRoundNumbers() {
    #expect(AxisScale([0, 4096], isLogarithmic: false).ticks == [0, 1000, 2000, 3000, 4000])
    #expect(AxisScale([1, 3], isLogarithmic: false).ticks == [1, 1.5, 2, 2.5, 3])
    #expect(AxisScale([0.02, 0.9], isLogarithmic: true).ticks == [0.02, 0.05, 0.1, 0.2, 0.5, 1])
    #expect(AxisScale([1, 1e6], isLogarithmic: true).ticks.count == 7)
    let narrow = AxisScale([10, 12], isLogarithmic: true)
    #expect(narrow.ticks == [10, 10.5, 11, 11.5, 12])
    #expect(AxisScale([5, 5], isLogarithmic: false).ticks == [4, 6])
  }

  @Test func ticksAreShort() {
    let texts = [0, 0.1, -2.5, 1000, 1e6, 2e-5].map(AxisScale.text)
    #expect(texts == ["0", "0.1", "−2.5", "1000", "10⁶", "2·10⁻⁵"])
  }
}
