import COpenBLAS

/// What of OpenBLAS is used beside its ``LAPACK``.
enum OpenBLAS {
  /// Keeps products to one thread per call, so that a result's bits do not depend on the machine's
  /// load; callers are parallel over images and tiles instead.
  static func useOneThreadPerProduct() {
    openblas_set_num_threads(1)
  }

  /// Version and the processor it is tuned for, on which the bits of products depend.
  static var description: String {
    let core = unsafe String(cString: openblas_get_corename())
    let release = unsafe String(cString: openblas_get_config())
      .split(separator: " ").prefix(2).joined(separator: " ")
    return "\(release) \(core)"
  }
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
