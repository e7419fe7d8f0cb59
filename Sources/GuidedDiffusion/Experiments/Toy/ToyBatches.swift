/// Training batches of the 2D example: points of the truth smoothed by noise levels with
/// ln σ ~ N(-2.3, 1.5²), and their true scores.
///
/// A batch depends on seed and number alone, so that a training can go on anywhere. The one after
/// the last is computed while the training uses that.
package struct ToyBatches {
  private let batches: Ahead<[String: Tensor<Float>]>

  /// Batches of `size` points of the truth.
  ///
  /// - Parameters:
  ///   - truth: the distribution.
  ///   - device: what evaluates its score; nil for the fallback.
  ///   - size: points of a batch.
  ///   - seed: which points.
  /// - Throws: ``OpenCLError``.
  package init(
    of truth: GaussianMixture, on device: OpenCLDevice?, size: Int, seed: Int
  ) throws {
    // A queue of its own, which does not wait for the training's, and is used by one thread at a time.
    nonisolated(unsafe) let scores = try truth.model(on: device.map { try Context($0) })
    batches = Ahead { number in
      let draws = TrainingDraws(seed: seed, sequence: number)
      // Sorted: points that are evaluated together then see the same few components.
      let sigma = draws.levels(size, mean: -2.3, deviation: 1.5).sorted()
      let points = draws.points(of: truth, sigma: sigma)
      let targets = try unsafe scores.evaluate(points, sigma: sigma).scores
      return [
        "x": Tensor(points), "sigma": Tensor(shape: [size, 1], elements: sigma),
        "target": Tensor(targets),
      ]
    }
  }

  /// Inputs of ``ToyMLP/trainingGraph()``: `x`, `sigma` and `target`.
  ///
  /// - Parameter number: of the batch, from 0.
  /// - Returns: the inputs by name.
  /// - Throws: ``OpenCLError``.
  package func batch(_ number: Int) throws -> [String: Tensor<Float>] {
    try batches.value(number)
  }
}

extension Tensor<Float> {
  /// Points as `[N, 2]`.
  init(_ points: [SIMD2<Float>]) {
    var elements: [Float] = []
    elements.reserveCapacity(points.count * 2)
    for point in points {
      elements.append(point.x)
      elements.append(point.y)
    }
    self.init(shape: [points.count, 2], elements: elements)
  }
}
