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
