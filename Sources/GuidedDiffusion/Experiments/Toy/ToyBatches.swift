/// Training batches of the 2D example: points of the truth smoothed by noise levels with
/// ln σ ~ N(-2.3, 1.5²), and their true scores.
///
/// A batch depends on seed and number alone, so that a training can go on anywhere.
package struct ToyBatches {
  /// The truth.
  let truth: GaussianMixture

  /// What evaluates the truth's score.
  let scores: any DensityModel

  /// Points of a batch.
  let size: Int

  /// Which points.
  let seed: Int

  /// Batches of `size` points; `scores` computes those of `truth`.
  package init(of truth: GaussianMixture, scores: any DensityModel, size: Int, seed: Int) {
    self.truth = truth
    self.scores = scores
    self.size = size
    self.seed = seed
  }

  /// Inputs of ``ToyMLP/trainingGraph()``: `x`, `sigma` and `target`.
  package func batch(_ number: Int) throws -> [String: Tensor<Float>] {
    let draws = PointDraws(seed: seed, sequence: number)
    // Sorted: points that are evaluated together then see the same few components.
    let sigma = draws.levels(size, mean: -2.3, deviation: 1.5).sorted()
    let points = draws.points(of: truth, sigma: sigma)
    let targets = try scores.evaluate(points, sigma: sigma).scores
    return [
      "x": Tensor(points), "sigma": Tensor(shape: [size, 1], elements: sigma),
      "target": Tensor(targets),
    ]
  }
}

/// Random points by Philox: point i of a sequence is the same whatever is drawn beside it.
struct PointDraws: Sendable {
  let seed: Int

  /// Number of the sequence: a batch, or a purpose.
  let sequence: Int

  /// Noise levels σ with ln σ normal.
  func levels(_ count: Int, mean: Double, deviation: Double) -> [Float] {
    parallelMap(count, block: 512) { index in
      Float(Elementary.exp(mean + deviation * normals(index, 1).x))
    }
  }

  /// Points of a mixture smoothed by a level for each.
  func points(of mixture: GaussianMixture, sigma: [Float]) -> [SIMD2<Float>] {
    parallelMap(sigma.count, block: 512) { index in
      let component = mixture.component(at: uniform(index))
      let point = mixture.point(
        of: component, sigma: Double(sigma[index]), normals: normals(index, 0))
      return SIMD2(Float(point.x), Float(point.y))
    }
  }

  /// Uniform in 0..<1.
  private func uniform(_ index: Int) -> Double {
    Double(words(index, 2)[0]) * 0x1p-32
  }

  /// Two standard normals by the Box-Muller transform.
  private func normals(_ index: Int, _ stream: UInt32) -> SIMD2<Double> {
    let words = words(index, stream)
    let u = (Double(words[0]) + 0.5) * 0x1p-32
    let radius = (-2 * Elementary.log(u)).squareRoot()
    let angle = Elementary.sineAndCosineOfPi(times: 2 * Double(words[1]) * 0x1p-32)
    return SIMD2(radius * angle.cosine, radius * angle.sine)
  }

  private func words(_ index: Int, _ stream: UInt32) -> SIMD4<UInt32> {
    Philox.words(
      counter: SIMD4(
        UInt32(truncatingIfNeeded: sequence), UInt32(truncatingIfNeeded: sequence >> 32),
        UInt32(truncatingIfNeeded: index), stream),
      key: SIMD2(UInt32(truncatingIfNeeded: seed), UInt32(truncatingIfNeeded: seed >> 32)))
  }
}

extension Tensor<Float> {
  /// Points as `[N, 2]`.
  init(_ points: [SIMD2<Float>]) {
    self.init(shape: [points.count, 2], elements: points.flatMap { [$0.x, $0.y] })
  }
}
