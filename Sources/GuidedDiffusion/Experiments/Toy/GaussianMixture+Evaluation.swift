import RealModule

extension GaussianMixture: DensityModel {
  package func evaluate(_ points: [SIMD2<Float>], sigma: [Float]) -> DensityValues {
    precondition(points.count == sigma.count, "\(points.count) points, \(sigma.count) levels")
    let results = parallelMap(points.count, block: 64) { i in
      value(at: SIMD2(Double(points[i].x), Double(points[i].y)), sigma: Double(sigma[i]))
    }
    return DensityValues(
      logDensities: results.map { Float($0.x) },
      scores: results.map { SIMD2(Float($0.y), Float($0.z)) })
  }

  /// (log p, ∇ log p) at one point.
  func value(at x: SIMD2<Double>, sigma: Double) -> SIMD3<Double> {
    var sums = WeightedSums()
    for component in components {
      let (d, s) = (x - component.mean, component.covariance)
      let (a, b, c) = (s.x + sigma * sigma, s.y, s.z + sigma * sigma)
      let determinant = a * c - b * b
      let direction = SIMD2(c * d.x - b * d.y, a * d.y - b * d.x) / determinant
      let distance = d.x * direction.x + d.y * direction.y
      sums.add(
        component.weight / determinant.squareRoot(), exponent: -distance / 2,
        direction: direction)
    }
    let logDensity =
      Double.log(sums.total) + sums.largest - Double.log(2 * .pi)
    return SIMD3(logDensity, -sums.direction.x / sums.total, -sums.direction.y / sums.total)
  }

  /// Σ w exp(e) and Σ w exp(e) d, relative to the largest exponent so far.
  private struct WeightedSums {
    var largest = -Double.infinity
    var total = 0.0
    var direction = SIMD2<Double>.zero

    mutating func add(_ weight: Double, exponent: Double, direction: SIMD2<Double>) {
      if exponent > largest {
        let factor = largest.isFinite ? Double.exp(largest - exponent) : 0
        total *= factor
        self.direction *= factor
        largest = exponent
      }
      let share = weight * Double.exp(exponent - largest)
      total += share
      self.direction += share * direction
    }
  }
}
