import CCrypto

/// SHA-256 of bytes that arrive in pieces (libcrypto).
@safe public struct SHA256: ~Copyable {
  private let context: OpaquePointer

  /// A digest of nothing yet.
  public init() {
    guard let context = unsafe EVP_MD_CTX_new(),
      unsafe EVP_DigestInit_ex(context, EVP_sha256(), nil) == 1
    else { fatalError("libcrypto has no SHA-256") }
    unsafe self.context = context
  }

  deinit { unsafe EVP_MD_CTX_free(context) }

  /// Appends bytes.
  public mutating func update(_ bytes: Span<UInt8>) {
    unsafe bytes.withUnsafeBufferPointer { bytes in
      _ = unsafe EVP_DigestUpdate(context, bytes.baseAddress, bytes.count)
    }
  }

  /// Appends bytes.
  public mutating func update(_ bytes: RawSpan) {
    unsafe bytes.withUnsafeBytes { bytes in
      _ = unsafe EVP_DigestUpdate(context, bytes.baseAddress, bytes.count)
    }
  }

  /// Appends numbers as they lie in memory.
  mutating func update<Number: Numeric & BitwiseCopyable>(_ numbers: [Number]) {
    update(unsafe numbers.span.bytes)
  }

  /// Appends the UTF-8 bytes of `text`.
  public mutating func update(_ text: String) {
    update(Array(text.utf8))
  }

  /// The digest of the bytes so far, as 64 hexadecimal digits; more may follow.
  public func digestSoFar() -> String {
    guard let copy = unsafe EVP_MD_CTX_new(), unsafe EVP_MD_CTX_copy_ex(copy, context) == 1 else {
      fatalError("libcrypto cannot copy a digest")
    }
    return unsafe SHA256(copy).finish()
  }

  private init(_ context: OpaquePointer) { unsafe self.context = context }

  /// The digest of all bytes so far, as 64 hexadecimal digits.
  public consuming func finish() -> String {
    var digest = [UInt8](repeating: 0, count: 32)
    unsafe EVP_DigestFinal_ex(context, &digest, nil)
    let digits = Array("0123456789abcdef")
    return String(digest.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] })
  }
}
