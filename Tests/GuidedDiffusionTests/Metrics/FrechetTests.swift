import Testing

@testable import GuidedDiffusion

@Suite("Fréchet distance") struct FrechetTests {
  private func gaussian(_ index: Int) throws -> FeatureGaussian {
    let file = "frechet.safetensors"
    return FeatureGaussian(
      count: nil, mean: try Fixture.elements("mu\(index)", of: file, as: Double.self),
      covariance: try Fixture.elements("sigma\(index)", of: file, as: Double.self))
  }

  @Test("distances are those of scipy, also if a covariance is not of full rank")
  func reference() throws {
    let gaussians = try (1...3).map(gaussian)
    for (other, name) in [(1, "fd12"), (2, "fd13")] {
      let expected = try Fixture.elements(name, of: "frechet.safetensors", as: Double.self)[0]
      let distance = try gaussians[0].frechetDistance(to: gaussians[other])
      #expect(abs(distance / expected - 1) < 1e-6, "\(distance), \(expected)")
      let reverse = try gaussians[other].frechetDistance(to: gaussians[0])
      #expect(abs(reverse / expected - 1) < 1e-6, "\(reverse), \(expected)")
    }
  }

  @Test("known cases: the same, shifted, scaled, without spread")
  func knownCases() throws {
    let a = try gaussian(1)
    #expect(abs(try a.frechetDistance(to: a)) < 1e-9)
    let shifted = FeatureGaussian(
      count: nil, mean: a.mean.map { $0 + 0.5 }, covariance: a.covariance)
    #expect(abs(try a.frechetDistance(to: shifted) - 16) < 1e-9)
    // S and 4 S: tr(S + 4 S - 2 (4 S²)^½) = tr S.
    let scaled = FeatureGaussian(
      count: nil, mean: a.mean, covariance: a.covariance.map { 4 * $0 })
    let trace = (0..<64).reduce(0) { $0 + a.covariance[$1 * 65] }
    #expect(abs(try a.frechetDistance(to: scaled) - trace) < 1e-9 * trace)
    let point = FeatureGaussian(
      count: nil, mean: a.mean, covariance: [Double](repeating: 0, count: 64 * 64))
    #expect(abs(try a.frechetDistance(to: point) - trace) < 1e-9 * trace)
    #expect(abs(try point.frechetDistance(to: a) - trace) < 1e-9 * trace)
  }

  @Test("elements that are no numbers are refused")
  func notANumber() {
    let broken = FeatureGaussian(count: nil, mean: [0, 0], covariance: [1, 0, 0, .nan])
    #expect(throws: MetricsError.self) { try broken.frechetDistance(to: broken) }
  }
}
