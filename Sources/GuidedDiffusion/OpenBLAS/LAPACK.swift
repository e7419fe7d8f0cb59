import COpenBLAS
import Dispatch

/// The few routines of LAPACK that statistics need. Matrices are symmetric or given with their
/// triangle, so that row-major and column-major are the same or each other's transpose.
enum LAPACK {
  /// Pᵀ A P = L Lᵀ for a symmetric matrix without negative eigenvalues.
  ///
  /// - Returns: L, column-major with zeros above the diagonal and behind the rank; the row of A
  ///   that each row of L belongs to; and the rank.
  static func pivotedCholesky(
    _ a: [Double], width: Int
  ) throws(MetricsError) -> (factor: [Double], order: [Int], rank: Int) {
    var (factor, pivots) = (a, [blasint](repeating: 0, count: width))
    var (n, rank, info) = (blasint(width), blasint(0), blasint(0))
    var work = [Double](repeating: 0, count: 2 * width)
    // A negative tolerance asks for the default, n ε max(diagonal).
    var tolerance = -1.0
    unsafe dpstrf_("L", &n, &factor, &n, &pivots, &rank, &tolerance, &work, &info)
    // info 1: the rank is not full.
    guard info >= 0 else { throw MetricsError("LAPACK's dpstrf failed (\(info))") }
    for column in 0..<width {
      let zeros = column < Int(rank) ? 0..<column : 0..<width
      for row in zeros { factor[column * width + row] = 0 }
    }
    return (factor, pivots.map { Int($0) - 1 }, Int(rank))
  }

  /// B ← Lᵀ B L with the factor of ``pivotedCholesky(_:width:)``.
  ///
  /// In four parts whatever the machine, on all cores: columns first, then rows.
  static func congruence(_ b: inout [Double], _ factor: [Double], width: Int) {
    let (n, part) = (blasint(width), (width + 3) / 4)
    unsafe factor.withUnsafeBufferPointer { factor in
      unsafe b.withUnsafeMutableBufferPointer { b in
        guard let start = b.baseAddress else { return }
        nonisolated(unsafe) let l = factor.baseAddress
        nonisolated(unsafe) let b = unsafe start  // parts do not overlap
        DispatchQueue.concurrentPerform(iterations: 4) { index in
          let (first, count) = (index * part, min(part, width - index * part))
          guard count > 0 else { return }
          unsafe cblas_dtrmm(
            CblasColMajor, CblasLeft, CblasLower, CblasTrans, CblasNonUnit, n, blasint(count), 1,
            l, n, b + first * width, n)
        }
        DispatchQueue.concurrentPerform(iterations: 4) { index in
          let (first, count) = (index * part, min(part, width - index * part))
          guard count > 0 else { return }
          unsafe cblas_dtrmm(
            CblasColMajor, CblasRight, CblasLower, CblasNoTrans, CblasNonUnit, blasint(count), n, 1,
            l, n, b + first, n)
        }
      }
    }
  }

  /// The eigenvalues of a symmetric matrix, in rising order.
  static func eigenvalues(_ a: [Double], width: Int) throws(MetricsError) -> [Double] {
    var matrix = a
    var values = [Double](repeating: 0, count: width)
    var (n, info) = (blasint(width), blasint(0))
    var work = [Double](repeating: 0, count: 1)
    var integers = [blasint](repeating: 0, count: 1)
    var (workCount, integerCount) = (blasint(-1), blasint(-1))
    // The first call asks how much room is needed.
    for _ in 0..<2 {
      unsafe dsyevd_(
        "N", "L", &n, &matrix, &n, &values, &work, &workCount, &integers, &integerCount, &info)
      guard info == 0 else { throw MetricsError("LAPACK's dsyevd failed (\(info))") }
      if workCount < 0 {
        workCount = blasint(work[0])
        integerCount = integers[0]
        work = [Double](repeating: 0, count: Int(workCount))
        integers = [blasint](repeating: 0, count: Int(integerCount))
      }
    }
    return values
  }
}
