import RealModule

/// Probabilities of classes as features: p(1), ..., p(C) of an image, and behind them their entropy.
///
/// Their means over all images are what the inception score needs, and they add up.
public enum ClassProbabilities {
  /// The probabilities softmax(logits) and the entropy -Σ p ln p of each image.
  ///
  /// - Parameters:
  ///   - logits: `[N, classes]`.
  ///   - classes: C.
  /// - Returns: `[N, classes + 1]`.
  public static func features(ofLogits logits: [Float], classes: Int) -> [Float] {
    precondition(logits.count % classes == 0, "\(logits.count) logits of \(classes) classes")
    var features: [Float] = []
    features.reserveCapacity(logits.count / classes * (classes + 1))
    for start in stride(from: 0, to: logits.count, by: classes) {
      let row = logits[start..<start + classes].map { Double($0) }
      let largest = row.max() ?? 0
      let exponentials = row.map { Double.exp($0 - largest) }
      let sum = exponentials.reduce(0, +)
      // -Σ p ln p = ln Σ exp(l) - Σ p l, with l less the largest.
      let mean = zip(exponentials, row).reduce(0.0) { $0 + $1.0 / sum * ($1.1 - largest) }
      features += exponentials.map { Float($0 / sum) }
      features.append(Float(Double.log(sum) - mean))
    }
    return features
  }

  /// The inception score exp(H(mean p) - mean H(p)) of all images at once (Salimans et al., arXiv
  /// 1606.03498, who take the mean of ten parts).
  ///
  /// - Parameter moments: of ``features(ofLogits:classes:)``.
  /// - Returns: 1 to the number of classes.
  public static func score(_ moments: FeatureMoments) -> Double {
    precondition(moments.count > 0, "the score of no images")
    let means = moments.sum.map { $0 / Double(moments.count) }
    let entropy = means.dropLast().reduce(0.0) { $1 > 0 ? $0 - $1 * Double.log($1) : $0 }
    return Double.exp(entropy - means[means.count - 1])
  }
}
