/// Random numbers of a training by Philox: number i of a sequence is the same whatever is drawn
/// beside it.
struct TrainingDraws: Sendable {
  let seed: Int

  /// Number of the sequence: a batch, or a purpose.
  let sequence: Int

  /// Noise levels σ with ln σ normal.
  func levels(_ count: Int, first: Int = 0, mean: Double, deviation: Double) -> [Float] {
    parallelMap(count, block: 512) { index in
      Float(Elementary.exp(mean + deviation * normals(first + index, 1).x))
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

  /// A standard normal; two neighbours come from the same words.
  func normal(_ index: Int) -> Float {
    let pair = normals(index / 2, 3)
    return Float(index % 2 == 0 ? pair.x : pair.y)
  }

  /// Uniform in 0..<1.
  func uniform(_ index: Int) -> Double {
    Double(words(index, 2)[0]) * 0x1p-32
  }

  /// A key of 64 bits as four whole numbers of 16 bits, the lowest one first.
  var key: [Float] {
    let words = words(0, 4)
    return (0..<4).map { Float(words[$0 / 2] >> UInt32(16 * ($0 % 2)) & 0xffff) }
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
