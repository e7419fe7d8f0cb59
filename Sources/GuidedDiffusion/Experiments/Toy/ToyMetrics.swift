/// How samples of the 2D example compare with the truth.
package struct ToyMetrics: Hashable, Codable, Sendable {
  /// Mean of log p(x) under the truth without noise.
  package var meanLogDensity: Double

  /// Share of samples whose log p(x) is below that of all but 0.1 % of true samples.
  package var outliers: Double

  /// Share of branches that get between half and twice their share of the samples.
  package var coverage: Double

  /// Energy distance to fresh true samples: 2 E|X - Y| - E|X - X'| - E|Y - Y'|.
  package var energyDistance: Double
}

/// What samples are compared with.
package struct ToyEvaluation {
  private let truth: GaussianMixture
  private let model: any DensityModel
  private let fresh: [SIMD2<Double>]
  private let freshDistance: Double
  private let threshold: Float

  /// Draws fresh samples of a truth.
  ///
  /// - Parameters:
  ///   - truth: the distribution.
  ///   - context: device that computes densities; nil for the fallback.
  ///   - count: of the fresh samples for the energy distance.
  ///   - seed: of the fresh samples; another one than that of the samples.
  /// - Throws: what the device reports.
  package init(_ truth: GaussianMixture, on context: Context?, count: Int, seed: Int) throws {
    self.truth = truth
    model = try truth.model(on: context)
    fresh = Self.draw(truth, count: count, seed: seed, sequence: -2)
    freshDistance = Self.meanDistance(fresh, fresh)
    // Many more points for the quantile: 0.1 % of them must still be many.
    let points = Self.draw(truth, count: 1 << 17, seed: seed, sequence: -3)
    let densities = try Self.logDensities(points, model).sorted()
    threshold = densities[densities.count / 1000]
  }

  /// Samples of the truth itself.
  package static func draw(
    _ truth: GaussianMixture, count: Int, seed: Int, sequence: Int
  ) -> [SIMD2<Double>] {
    TrainingDraws(seed: seed, sequence: sequence)
      .points(of: truth, sigma: [Float](repeating: 0, count: count))
      .map { SIMD2(Double($0.x), Double($0.y)) }
  }

  /// Compares samples.
  package func metrics(of samples: [SIMD2<Double>]) throws -> ToyMetrics {
    let densities = try Self.logDensities(samples, model)
    let cross = Self.meanDistance(samples, fresh)
    return ToyMetrics(
      meanLogDensity: densities.reduce(0) { $0 + Double($1) } / Double(samples.count),
      outliers: Double(densities.count { !($0 >= threshold) }) / Double(samples.count),
      coverage: coverage(samples),
      energyDistance: 2 * cross - Self.meanDistance(samples, samples) - freshDistance)
  }

  private static func logDensities(
    _ points: [SIMD2<Double>], _ model: any DensityModel
  ) throws -> [Float] {
    try model.evaluate(
      points.map { SIMD2(Float($0.x), Float($0.y)) },
      sigma: [Float](repeating: 0, count: points.count)
    ).logDensities
  }

  /// Each sample counts for the branch that is most likely to have made it.
  private func coverage(_ samples: [SIMD2<Double>]) -> Double {
    let perBranch = GaussianMixture.componentsPerBranch
    let branches = truth.components.count / perBranch
    var counts = [Int](repeating: 0, count: branches)
    let truth = truth
    let places = parallelMap(samples.count, block: 64) { truth.likeliest(at: samples[$0]) }
    for place in places { counts[place / perBranch] += 1 }
    let covered = counts.indices.filter { branch in
      let weight = truth.components[branch * perBranch..<(branch + 1) * perBranch]
        .reduce(0) { $0 + $1.weight }
      let ratio = Double(counts[branch]) / (weight * Double(samples.count))
      return 0.5 <= ratio && ratio <= 2
    }
    return Double(covered.count) / Double(branches)
  }

  /// Mean distance of all pairs.
  private static func meanDistance(_ a: [SIMD2<Double>], _ b: [SIMD2<Double>]) -> Double {
    let rows = parallelMap(a.count, block: 64) { index in
      b.reduce(0.0) { sum, point in
        let d = point - a[index]
        return sum + (d.x * d.x + d.y * d.y).squareRoot()
      }
    }
    return rows.reduce(0, +) / (Double(a.count) * Double(b.count))
  }
}

extension GaussianMixture {
  /// The component with the largest density at a point, without noise.
  func likeliest(at x: SIMD2<Double>) -> Int {
    var best = (index: 0, value: -Double.infinity)
    for (index, component) in components.enumerated() {
      let (d, s) = (x - component.mean, component.covariance)
      let determinant = s.x * s.z - s.y * s.y
      let distance =
        (s.z * d.x * d.x - 2 * s.y * d.x * d.y + s.x * d.y * d.y) / determinant
      let value = Elementary.log(component.weight / determinant.squareRoot()) - distance / 2
      if value > best.value { best = (index, value) }
    }
    return best.index
  }
}
