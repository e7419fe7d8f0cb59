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
    let draws = TrainingDraws(seed: seed, sequence: number)
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

extension Tensor<Float> {
  /// Points as `[N, 2]`.
  init(_ points: [SIMD2<Float>]) {
    self.init(shape: [points.count, 2], elements: points.flatMap { [$0.x, $0.y] })
  }
}
