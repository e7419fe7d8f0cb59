/// Mean and covariance of feature vectors, unbiased: what a Fréchet distance compares.
public struct FeatureGaussian: Hashable, Sendable {
  /// Number of images; nil if a file does not say.
  public let count: Int?

  /// Mean of each feature.
  public let mean: [Double]

  /// Covariance, `[width, width]`, symmetric.
  public let covariance: [Double]

  /// Number of features.
  public var width: Int { mean.count }

  /// A distribution.
  ///
  /// - Parameters:
  ///   - count: number of images, if known.
  ///   - mean: of each feature.
  ///   - covariance: row-major, as many rows and columns as there are features.
  public init(count: Int?, mean: [Double], covariance: [Double]) {
    precondition(
      covariance.count == mean.count * mean.count,
      "a covariance of \(covariance.count) elements for \(mean.count) features")
    (self.count, self.mean, self.covariance) = (count, mean, covariance)
  }

  /// The distribution with these moments: mean s / n, covariance (P - s sᵀ / n) / (n - 1).
  ///
  /// - Parameter moments: of two images or more.
  public init(_ moments: FeatureMoments) {
    let (n, width) = (Double(moments.count), moments.width)
    precondition(moments.count >= 2, "the covariance of \(moments.count) images")
    let mean = moments.sum.map { $0 / n }
    var covariance = [Double](repeating: 0, count: width * width)
    var place = 0
    for row in 0..<width {
      for column in row..<width {
        let value =
          (moments.products[place] - moments.sum[row] * mean[column]) / (n - 1)
        covariance[row * width + column] = value
        covariance[column * width + row] = value
        place += 1
      }
    }
    self.init(count: moments.count, mean: mean, covariance: covariance)
  }
}
