import Foundation
import Testing

@testable import GuidedDiffusion

@Suite("schedules of training") struct ScheduleTests {
  /// `phema.json`: lengths, exponents, betas.
  struct Recorded: Decodable {
    let std: [Double]
    let exp: [Double]
  }

  @Test("exponents of averages, and lengths of exponents")
  func exponents() throws {
    let data = try Data(contentsOf: URL(filePath: Fixture.path("phema.json")))
    let recorded = try JSONDecoder().decode(Recorded.self, from: data)
    #expect(recorded.std.count == 7)
    for (length, exponent) in zip(recorded.std, recorded.exp) {
      let average = try #require(PowerFunctionEMA(length: length))
      #expect(abs(average.exponent / exponent - 1) < 1e-9)
      #expect(abs(PowerFunctionEMA.length(ofExponent: exponent) / length - 1) < 1e-9)
    }
  }

  @Test("betas of averages")
  func betas() throws {
    let (short, long) = (
      try #require(PowerFunctionEMA(length: 0.05)), try #require(PowerFunctionEMA(length: 0.1))
    )
    let recorded = [3.888921105204215e-06, 0.9838596128766719]
    #expect(abs(short.beta(at: 4096, step: 2048) / recorded[0] - 1) < 1e-9)
    #expect(abs(long.beta(at: 1_000_000, step: 2048) / recorded[1] - 1) < 1e-9)
    #expect(short.beta(at: 2048, step: 2048) == 0)
  }

  @Test("lengths that no average has")
  func limits() {
    #expect(PowerFunctionEMA(length: 0) == nil)
    #expect(PowerFunctionEMA(length: 0.289) == nil)
    #expect(PowerFunctionEMA(length: 0.288) != nil)
  }

  @Test("learning rates")
  func rates() {
    let toy = LearningRateSchedule(reference: 0.01, decay: 512)
    #expect(toy.rate(at: 0) == 0.01)
    #expect(toy.rate(at: 512) == 0.01)
    #expect(toy.rate(at: 2048) == 0.005)
    let edm2 = LearningRateSchedule.edm2(reference: 0.012, decayBatches: 70_000, batch: 2048)
    #expect(edm2.rate(at: 0) == 0)
    #expect(abs(edm2.rate(at: 5e6) - 0.006) < 1e-15)
    #expect(abs(edm2.rate(at: 4 * 70_000 * 2048) - 0.006) < 1e-15)
  }
}
