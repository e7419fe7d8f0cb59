import RealModule
import Testing

@testable import GuidedDiffusion

@Suite("Elementary functions") struct ElementaryTests {
  /// Error in units in the last place of the exact result, up to the C library's own error.
  private func ulps(_ value: Double, _ exact: Double) -> Double {
    (value - exact).magnitude / exact.ulp
  }

  @Test("agree with the C library to a unit in the last place")
  func accuracy() {
    var generator = SeededGenerator(seed: 1)
    for _ in 0..<200_000 {
      let u = Double.random(in: 0..<1, using: &generator)
      let wide = Double.exp(200 * (u - 0.5))
      for x in [u, 1 - u * 0x1p-20, wide] where x > 0 {
        #expect(ulps(Elementary.log(x), Double.log(x)) <= 1, "log \(x)")
      }
      #expect(ulps(Elementary.exp(100 * (u - 0.5)), Double.exp(100 * (u - 0.5))) <= 2)
      let angle = 13 * (u - 0.5)
      let (sine, cosine) = Elementary.sineAndCosine(angle)
      #expect((sine - Double.sin(angle)).magnitude <= 1.2e-16, "sin \(angle)")
      #expect((cosine - Double.cos(angle)).magnitude <= 1.2e-16, "cos \(angle)")
      let half = Elementary.sineAndCosineOfPi(times: 2 * u)
      #expect((half.sine - Double.sin(2 * u * .pi)).magnitude <= 1e-15)
      #expect((half.cosine - Double.cos(2 * u * .pi)).magnitude <= 1e-15)
    }
  }

  @Test("are exact where the result is")
  func exactValues() {
    #expect(Elementary.log(1) == 0)
    #expect(Elementary.exp(0) == 1)
    #expect(Elementary.sineAndCosine(0) == (0, 1))
    for (quarters, point) in [(0, 1), (1, 0), (0, -1), (-1, 0)].enumerated() {
      let (sine, cosine) = Elementary.sineAndCosineOfPi(times: Double(quarters) / 2)
      #expect(sine == Double(point.0) && cosine == Double(point.1))
    }
    #expect(Elementary.power(80, 1) == 80)
    #expect((Elementary.power(2, 10) - 1024).magnitude < 1e-12)
    #expect(Elementary.power(0.9, 6600) > 0 && Elementary.power(0.9, 1_000_000) == 0)
  }

  @Test("have the same bits on every machine")
  func bits() {
    #expect(Elementary.log(0.1).bitPattern == 0xc002_6bb1_bbb5_5515)
    var sum: UInt64 = 0
    for index in 1...1000 {
      let x = Double(index) * 0.006
      let (sine, cosine) = Elementary.sineAndCosine(x)
      for value in [Elementary.log(x), Elementary.exp(x), sine, cosine] {
        sum = sum &* 0x100_0000_01b3 ^ value.bitPattern
      }
    }
    #expect(sum == 5_050_529_795_013_302_155)
  }
}
