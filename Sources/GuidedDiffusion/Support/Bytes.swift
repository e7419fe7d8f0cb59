extension Array where Element: Numeric & BitwiseCopyable {
  /// Calls `body` with the bytes of the numbers as they lie in memory.
  func withBytes<Failure: Error>(
    _ body: (RawSpan) throws(Failure) -> Void
  ) throws(Failure) {
    try unsafe body(span.bytes)
  }
}

extension [UInt8] {
  /// Appends a copy of some bytes.
  mutating func append(_ bytes: RawSpan) {
    unsafe bytes.withUnsafeBytes { unsafe append(contentsOf: $0) }
  }
}
