/// Noise levels and noise of EDM2's training: ln σ ~ N(P_mean, P_std²), n ~ N(0, σ² I).
///
/// Beside them the keys of dropout. All depend on the seed and on the image's place in the training
/// alone, so that a training can go on anywhere and in parts of any size.
package struct NoisyBatch: Sendable {
  /// Mean of ln σ.
  let mean: Double

  /// Standard deviation of ln σ.
  let deviation: Double

  /// Of all noise.
  let seed: Int

  /// A source of noise.
  package init(mean: Double, deviation: Double, seed: Int) {
    (self.mean, self.deviation, self.seed) = (mean, deviation, seed)
  }

  /// Inputs of ``EDM2Configuration/trainingGraph()`` for some images.
  ///
  /// - Parameters:
  ///   - images: y, `[N, H, W, C]`, in the units that the network is trained in.
  ///   - labels: `[N, labelCount]`; nil without classes.
  ///   - first: place of the first image in the training.
  /// - Returns: `x`, `sigma`, `target`, `labels`, and `dropout`, which counts in networks with
  ///   dropout alone.
  package func inputs(
    images: Tensor<Float>, labels: Tensor<Float>?, first: Int
  ) -> [String: Tensor<Float>] {
    let count = images.shape[0]
    let size = images.elements.count / max(count, 1)
    let levels = TrainingDraws(seed: seed, sequence: -1).levels(
      count, first: first, mean: mean, deviation: deviation)
    let noisy = parallelMap(count * size, block: 4 * size) { element in
      let (image, pixel) = element.quotientAndRemainder(dividingBy: size)
      let draws = TrainingDraws(seed: seed, sequence: first + image)
      return images.elements[element] + levels[image] * draws.normal(pixel)
    }
    var inputs = [
      "x": Tensor(shape: images.shape, elements: noisy), "target": images,
      "sigma": Tensor(shape: [count, 1], elements: levels),
    ]
    inputs["labels"] = labels
    inputs["dropout"] = Tensor(
      shape: [count, 4],
      elements: (0..<count).flatMap { image in
        TrainingDraws(seed: seed, sequence: first + image).key
      })
    return inputs
  }
}
