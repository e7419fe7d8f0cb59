import COpenBLAS

/// A number type in which the CPU backend computes: `Float` for work, `Double` as the oracle.
public protocol CPUScalar: SamplerScalar {
  /// Matrix product C = A B or C = A Bᵀ on one thread; all matrices row-major.
  ///
  /// The bits of a row of C depend on m, n and k, not on what is computed beside it.
  ///
  /// - Parameters:
  ///   - m: rows of A and C.
  ///   - n: columns of C.
  ///   - k: columns of A.
  ///   - a: A; `lda` elements from row to row.
  ///   - lda: at least k.
  ///   - b: B; `ldb` elements from row to row.
  ///   - ldb: at least n; at least k if transposed.
  ///   - transposeB: whether `b` holds Bᵀ, n rows of k elements.
  ///   - c: C; `ldc` elements from row to row.
  ///   - ldc: at least n.
  /// - Precondition: the spans are as long as the sizes say.
  static func multiply(
    m: Int, n: Int, k: Int, _ a: Span<Self>, lda: Int, _ b: Span<Self>, ldb: Int,
    transposeB: Bool, into c: inout MutableSpan<Self>, ldc: Int)

  /// exp(x) for silu and softmax, to the precision of the type where it matters to them.
  static func fastExponential(_ x: Self) -> Self
}

extension Float: CPUScalar {
  /// The product by `cblas_sgemm`.
  public static func multiply(
    m: Int, n: Int, k: Int, _ a: Span<Float>, lda: Int, _ b: Span<Float>, ldb: Int,
    transposeB: Bool, into c: inout MutableSpan<Float>, ldc: Int
  ) {
    checkProduct(m, n, k, a.count, lda, b.count, ldb, transposeB, c.count, ldc)
    unsafe a.withUnsafeBufferPointer { a in
      unsafe b.withUnsafeBufferPointer { b in
        unsafe c.withUnsafeMutableBufferPointer { c in
          unsafe cblas_sgemm(
            CblasRowMajor, CblasNoTrans, transposeB ? CblasTrans : CblasNoTrans,
            blasint(m), blasint(n), blasint(k), 1, a.baseAddress, blasint(lda),
            b.baseAddress, blasint(ldb), 0, c.baseAddress, blasint(ldc))
        }
      }
    }
  }
}

extension Double: CPUScalar {
  /// The product by `cblas_dgemm`.
  public static func multiply(
    m: Int, n: Int, k: Int, _ a: Span<Double>, lda: Int, _ b: Span<Double>, ldb: Int,
    transposeB: Bool, into c: inout MutableSpan<Double>, ldc: Int
  ) {
    checkProduct(m, n, k, a.count, lda, b.count, ldb, transposeB, c.count, ldc)
    unsafe a.withUnsafeBufferPointer { a in
      unsafe b.withUnsafeBufferPointer { b in
        unsafe c.withUnsafeMutableBufferPointer { c in
          unsafe cblas_dgemm(
            CblasRowMajor, CblasNoTrans, transposeB ? CblasTrans : CblasNoTrans,
            blasint(m), blasint(n), blasint(k), 1, a.baseAddress, blasint(lda),
            b.baseAddress, blasint(ldb), 0, c.baseAddress, blasint(ldc))
        }
      }
    }
  }
}

/// Stops where a matrix product would leave its spans.
private func checkProduct(
  _ m: Int, _ n: Int, _ k: Int, _ a: Int, _ lda: Int, _ b: Int, _ ldb: Int,
  _ transposeB: Bool, _ c: Int, _ ldc: Int
) {
  func fits(_ rows: Int, _ columns: Int, stride: Int, in count: Int) -> Bool {
    rows > 0 && columns > 0 && stride >= columns && (rows - 1) * stride + columns <= count
  }
  precondition(
    fits(m, k, stride: lda, in: a) && fits(m, n, stride: ldc, in: c)
      && (transposeB ? fits(n, k, stride: ldb, in: b) : fits(k, n, stride: ldb, in: b)),
    "product of \(m) x \(k) and \(k) x \(n) in \(a), \(b) and \(c) elements")
}

/// Keeps OpenBLAS to one thread per call, so that a result's bits do not depend on the machine's
/// load; the backend is parallel over images and tiles instead.
func useOneThreadPerProduct() {
  openblas_set_num_threads(1)
}
