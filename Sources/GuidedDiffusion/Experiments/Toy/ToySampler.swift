/// Heun's method along the probability flow of a density model in the plane (EDM, Algorithm 1):
/// dx/dσ = -σ ∇ log p(x; σ).
package struct ToySampler {
  /// How the score is guided.
  package struct Guidance {
    /// The model whose samples are wanted.
    package var main: any DensityModel

    /// The model that guides it; nil for none.
    package var guide: (any DensityModel)?

    /// w: the score is guide + w (main - guide) (AG eq. 3).
    package var weight: Double

    /// Factor on the score: naive sharpening.
    package var scale: Double

    /// Guidance; without arguments none.
    package init(
      _ main: any DensityModel, guide: (any DensityModel)? = nil, weight: Double = 1,
      scale: Double = 1
    ) {
      self.main = main
      self.guide = guide
      self.weight = weight
      self.scale = scale
    }

    /// The guided score.
    func score(_ points: [SIMD2<Double>], sigma: Double) throws -> [SIMD2<Double>] {
      let x = points.map { SIMD2(Float($0.x), Float($0.y)) }
      let levels = [Float](repeating: Float(sigma), count: x.count)
      let main = try self.main.evaluate(x, sigma: levels).scores
      guard let guide, weight != 1 else {
        return main.map { scale * SIMD2(Double($0.x), Double($0.y)) }
      }
      let other = try guide.evaluate(x, sigma: levels).scores
      return zip(main, other).map { main, other in
        let (m, g) = (
          SIMD2(Double(main.x), Double(main.y)), SIMD2(Double(other.x), Double(other.y))
        )
        return scale * (g + weight * (m - g))
      }
    }
  }

  /// σ from the start to 0.
  package let levels: [Double]

  /// The official schedule: 32 steps, σ_min = 0.002, ρ = 7.
  ///
  /// - Parameters:
  ///   - sigmaMax: level of the start; 5 in Figure 1, 0.03 in Figure 2.
  ///   - steps: number of steps.
  package init(sigmaMax: Double = 5, steps: Int = 32) {
    var settings = SamplerSettings()
    (settings.sigmaMin, settings.sigmaMax, settings.steps) = (0.002, sigmaMax, steps)
    levels = Schedule<Double>(settings).levels
  }

  /// Points of a truth smoothed by the first level, where all trajectories start.
  package func start(of truth: GaussianMixture, count: Int, seed: Int) -> [SIMD2<Double>] {
    let sigma = [Float](repeating: Float(levels[0]), count: count)
    return TrainingDraws(seed: seed, sequence: -1).points(of: truth, sigma: sigma).map {
      SIMD2(Double($0.x), Double($0.y))
    }
  }

  /// Follows the flow to σ = 0.
  ///
  /// - Parameters:
  ///   - points: at the first level.
  ///   - guidance: models and weights.
  ///   - report: called after each step with the steps done.
  /// - Returns: the points at every level, those of the start first.
  /// - Throws: `CancellationError` between steps, and what the models throw.
  package func trajectories(
    from points: [SIMD2<Double>], _ guidance: Guidance, report: (Int) -> Void = { _ in }
  ) throws -> [[SIMD2<Double>]] {
    var trajectories = [points]
    for (step, (t, next)) in zip(levels, levels.dropFirst()).enumerated() {
      try Task.checkCancellation()
      let x = trajectories[step]
      let slopes = try guidance.score(x, sigma: t).map { -t * $0 }
      var moved = zip(x, slopes).map { $0 + (next - t) * $1 }
      if next > 0 {
        let corrected = try guidance.score(moved, sigma: next).map { -next * $0 }
        moved = x.indices.map { x[$0] + (next - t) * (slopes[$0] + corrected[$0]) / 2 }
      }
      trajectories.append(moved)
      report(step + 1)
    }
    return trajectories
  }

  /// The points at σ = 0.
  package func samples(
    from points: [SIMD2<Double>], _ guidance: Guidance, report: (Int) -> Void = { _ in }
  ) throws -> [SIMD2<Double>] {
    try trajectories(from: points, guidance, report: report)[levels.count - 1]
  }
}
