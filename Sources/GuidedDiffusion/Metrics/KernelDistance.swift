extension FeatureSample {
  /// The squared maximum mean discrepancy under the kernel k(x, y) = (x · y / width + 1)³: the kernel
  /// inception distance of the features of Inception-v3 (Bińkowski et al., arXiv 1801.01401).
  ///
  /// The unbiased estimate from all pairs, mean k(x, x') + mean k(y, y') - 2 mean k(x, y) without pairs of
  /// an image with itself. It is what the usual mean over some random subsets tends to.
  ///
  /// - Parameter other: features of the same network.
  /// - Returns: the distance; it may be a little less than 0.
  /// - Throws: ``MetricsError`` if there are less than two images.
  public func kernelDistance(to other: FeatureSample) throws(MetricsError) -> Double {
    guard count >= 2, other.count >= 2 else {
      throw MetricsError("a kernel distance needs the features of two images or more on each side")
    }
    let (x, y, width) = (features, other.features, rows[0].features.count)
    precondition(y.count == other.count * width, "\(width) and other features")
    let (m, n) = (Double(count), Double(other.count))
    return Self.sum(x, x, width, isSame: true) / (m * (m - 1))
      + Self.sum(y, y, width, isSame: true) / (n * (n - 1))
      - 2 * Self.sum(x, y, width, isSame: false) / (m * n)
  }

  /// Σ k(x, y) over all pairs, but for those of one image with itself.
  private static func sum(_ x: [Float], _ y: [Float], _ width: Int, isSame: Bool) -> Double {
    PairwiseProducts(x: x, y: y, width: width)
      .reduce({ _ in 0.0 }) { sum, row, columns, products in
        var part = 0.0
        for index in products.indices where !(isSame && columns.lowerBound + index == row) {
          let value = Double(products[index]) / Double(width) + 1
          part += value * value * value
        }
        sum += part
      }
      .reduce(0, +)
  }
}
