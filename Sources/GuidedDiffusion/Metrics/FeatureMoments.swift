import Dispatch
import Synchronization

/// Number, sum and products of feature vectors: what mean and covariance are made of.
///
/// Moments of two sets of images add up to those of both.
public struct FeatureMoments: Hashable, Sendable {
  /// Number of vectors.
  public private(set) var count: Int

  /// Σ x.
  public private(set) var sum: [Double]

  /// The upper triangle of Σ x xᵀ, row by row; empty where means alone are wanted.
  public private(set) var products: [Double]

  /// Length of a vector.
  public var width: Int { sum.count }

  /// Elements of the upper triangle of a matrix of `width` rows.
  static func triangle(_ width: Int) -> Int { width * (width + 1) / 2 }

  /// Moments known from elsewhere.
  init(count: Int, sum: [Double], products: [Double]) {
    precondition(
      products.isEmpty || products.count == Self.triangle(sum.count),
      "\(products.count) products of \(sum.count) features")
    (self.count, self.sum, self.products) = (count, sum, products)
  }

  /// Moments of some vectors.
  ///
  /// - Parameters:
  ///   - features: `[N, width]`.
  ///   - width: length of a vector.
  ///   - isMeanOnly: whether products are left out.
  public init(of features: [Float], width: Int, isMeanOnly: Bool = false) {
    precondition(features.count % width == 0, "\(features.count) elements of \(width) features")
    let count = features.count / width
    let rows = features.map { Double($0) }
    var columns = [Double](repeating: 0, count: rows.count)
    var sum = [Double](repeating: 0, count: width)
    for row in 0..<count {
      for column in 0..<width {
        let x = rows[row * width + column]
        columns[column * count + row] = x
        sum[column] += x
      }
    }
    let transposed = columns
    self.init(
      count: count, sum: sum,
      products: isMeanOnly ? [] : Self.products(rows, transposed, count: count, width: width))
  }

  /// The upper triangle of xᵀ x, some rows at a time on each core.
  private static func products(
    _ x: [Double], _ transposed: [Double], count: Int, width: Int
  ) -> [Double] {
    if count == 0 { return [Double](repeating: 0, count: triangle(width)) }
    OpenBLAS.useOneThreadPerProduct()
    let rowsPerTile = 128
    let tiles = (width + rowsPerTile - 1) / rowsPerTile
    let parts = Mutex([[Double]](repeating: [], count: tiles))
    DispatchQueue.concurrentPerform(iterations: tiles) { tile in
      let rows = tile * rowsPerTile..<min((tile + 1) * rowsPerTile, width)
      let columns = width - rows.lowerBound
      var square = [Double](repeating: 0, count: rows.count * columns)
      var target = square.mutableSpan
      Double.multiply(
        m: rows.count, n: columns, k: count,
        transposed.span.extracting(rows.lowerBound * count..<rows.upperBound * count), lda: count,
        x.span.extracting(rows.lowerBound..<x.count), ldb: width, transposeB: false,
        into: &target, ldc: columns)
      var triangle: [Double] = []
      for row in 0..<rows.count {
        triangle += square[row * columns + row..<(row + 1) * columns]
      }
      parts.withLock { $0[tile] = triangle }
    }
    return parts.withLock { Array($0.joined()) }
  }

  /// Moments of the images of both.
  public static func + (a: FeatureMoments, b: FeatureMoments) -> FeatureMoments {
    precondition(
      a.width == b.width && a.products.count == b.products.count,
      "\(a.width) and \(b.width) features")
    return FeatureMoments(
      count: a.count + b.count, sum: zip(a.sum, b.sum).map { $0 + $1 },
      products: zip(a.products, b.products).map { $0 + $1 })
  }
}
