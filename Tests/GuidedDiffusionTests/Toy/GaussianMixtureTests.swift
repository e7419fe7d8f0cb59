import Testing

@testable import GuidedDiffusion

/// `toy.safetensors`.
enum ToyReference {
  static func elements(_ name: String) throws -> [Double] {
    try Fixture.elements(name, of: "toy.safetensors", as: Double.self)
  }

  static func points(_ name: String) throws -> [SIMD2<Float>] {
    let elements = try elements(name)
    return stride(from: 0, to: elements.count, by: 2).map {
      SIMD2(Float(elements[$0]), Float(elements[$0 + 1]))
    }
  }
}

@Suite("ground truth of the 2D example") struct GaussianMixtureTests {
  @Test("the constants are the official ones, to Float", arguments: ["A", "B", "AB"])
  func constants(name: String) throws {
    let classes: [GaussianMixture.ToyClass] = name == "A" ? [.a] : name == "B" ? [.b] : [.a, .b]
    let components = GaussianMixture.toy(classes).components
    let phi = try ToyReference.elements("gt.\(name).phi")
    let mu = try ToyReference.elements("gt.\(name).mu")
    let sigma = try ToyReference.elements("gt.\(name).Sigma")
    #expect(components.count == phi.count && phi.count == 1016 * classes.count)
    #expect(components.map { Float($0.weight) } == phi.map { Float($0) })
    #expect(components.flatMap { [Float($0.mean.x), Float($0.mean.y)] } == mu.map { Float($0) })
    let covariances = components.map(\.covariance).flatMap {
      [Float($0.x), Float($0.y), Float($0.y), Float($0.z)]
    }
    #expect(covariances == sigma.map { Float($0) })
  }

  @Test("log-density and score")
  func values() throws {
    try Self.check(GaussianMixture.toy([.a]))
  }

  static func check(_ model: any DensityModel) throws {
    let values = try model.evaluate(
      try ToyReference.points("gt.x"),
      sigma: try ToyReference.elements("gt.sigma").map { Float($0) })
    #expect(relativeError(values.logDensities, try ToyReference.elements("gt.A.logp")) < 1e-4)
    let scores = values.scores.flatMap { [$0.x, $0.y] }
    #expect(relativeError(scores, try ToyReference.elements("gt.A.score")) < 1e-4)
  }

  @Test("samples have the mixture's mean and deviation, and depend on their place alone")
  func samples() throws {
    let truth = GaussianMixture.toy([.a])
    let draws = TrainingDraws(seed: 5, sequence: 0)
    let points = draws.points(of: truth, sigma: [Float](repeating: 0, count: 100_000))
    let first = draws.points(of: truth, sigma: [Float](repeating: 0, count: 10))
    #expect(first == Array(points[..<10]))
    let mean = points.reduce(SIMD2<Double>.zero) { $0 + SIMD2(Double($1.x), Double($1.y)) } / 1e5
    let square = points.reduce(SIMD2<Double>.zero) {
      let d = SIMD2(Double($1.x), Double($1.y)) - mean
      return $0 + d * d
    }
    let deviation = (square / 1e5).squareRoot()
    let expectedMean = try ToyReference.elements("gt.A.sample_mean")
    let expectedDeviation = try ToyReference.elements("gt.A.sample_std")
    for axis in 0..<2 {
      #expect(abs(mean[axis] - expectedMean[axis]) < 0.02)
      #expect(abs(deviation[axis] - expectedDeviation[axis]) < 0.02)
    }
    let other = TrainingDraws(seed: 5, sequence: 1).points(of: truth, sigma: [0, 0, 0])
    #expect(other != Array(points[..<3]))
  }
}

extension OnDevice {
  @Suite("ground truth of the 2D example") struct MixtureKernelTests {
    @Test("log-density and score, also far from everything")
    func values() throws {
      let truth = GaussianMixture.toy([.a])
      try GaussianMixtureTests.check(try OpenCLMixture(truth, on: OnDevice.context()))
      var numbers = RandomNumbers(seed: 1)
      let points = (0..<77).map { _ in
        SIMD2(Float(3 * numbers.normal()), Float(3 * numbers.normal()))
      }
      let sigma = (0..<77).map { _ in Float(0.002 + numbers.uniform() * 0.05) }
      let small = try OpenCLMixture(truth, capacity: 30, on: OnDevice.context())
      let (actual, expected) = (
        try small.evaluate(points, sigma: sigma), truth.evaluate(points, sigma: sigma)
      )
      #expect(
        relativeError(actual.logDensities, expected.logDensities) < 1e-5)
      #expect(
        relativeError(
          actual.scores.flatMap { [$0.x, $0.y] }, expected.scores.flatMap { [$0.x, $0.y] }) < 1e-4)
    }
  }
}
