extension FeatureGaussian {
  /// The squared Fréchet distance of two normal distributions,
  /// |μ1 - μ2|² + tr(S1 + S2 - 2 (S1 S2)^½): the FID of the features of Inception-v3.
  ///
  /// With S1 = L Lᵀ the last term is the sum of the square roots of the eigenvalues of Lᵀ S2 L,
  /// which is symmetric. L comes from Cholesky's algorithm with pivots, so that S1 may be of any
  /// rank; of fewer images than features it is not of the full one.
  ///
  /// - Parameter other: of as many features.
  /// - Returns: the distance, 0 or more.
  /// - Throws: ``MetricsError`` if a covariance is no such matrix.
  public func frechetDistance(to other: FeatureGaussian) throws(MetricsError) -> Double {
    precondition(width == other.width, "\(width) and \(other.width) features")
    guard [mean, other.mean, covariance, other.covariance].joined().allSatisfy(\.isFinite) else {
      throw MetricsError("statistics have elements that are no numbers")
    }
    let squares = zip(mean, other.mean).map { ($0 - $1) * ($0 - $1) }
    let traces = (0..<width).map { feature in
      covariance[feature * (width + 1)] + other.covariance[feature * (width + 1)]
    }
    let root = try Self.traceOfRoot(covariance, other.covariance, width: width)
    // Rounding may leave less than nothing.
    return max(0, squares.reduce(0, +) + traces.reduce(0, +) - 2 * root)
  }

  /// tr (A B)^½ of symmetric matrices without negative eigenvalues.
  private static func traceOfRoot(
    _ a: [Double], _ b: [Double], width n: Int
  ) throws(MetricsError) -> Double {
    guard n > 0 else { return 0 }
    // One thread: the same bits everywhere, and no waiting for the other ones on a busy machine.
    OpenBLAS.useOneThreadPerProduct()
    let (factor, order, rank) = try LAPACK.pivotedCholesky(a, width: n)
    guard rank > 0 else { return 0 }
    var product = [Double](repeating: 0, count: n * n)
    for row in 0..<n {
      for column in 0..<n { product[row * n + column] = b[order[row] * n + order[column]] }
    }
    LAPACK.congruence(&product, factor, width: n)
    var leading: [Double] = []
    leading.reserveCapacity(rank * rank)
    for row in 0..<rank { leading += product[row * n..<row * n + rank] }
    return try LAPACK.eigenvalues(leading, width: rank).reduce(0) { $0 + max($1, 0).squareRoot() }
  }
}

/// Statistics that cannot be computed, compared or joined, in one line.
public struct MetricsError: Error, Hashable, Sendable, CustomStringConvertible {
  /// What is wrong and, where it can be said, what to do.
  public let description: String

  /// An error with this text.
  public init(_ description: String) { self.description = description }
}
