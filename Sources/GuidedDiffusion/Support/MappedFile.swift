/// Read-only bytes: a memory-mapped file, or bytes that are in memory anyway.
///
/// Pages of a mapping are read when they are touched and belong to the system's file cache, so
/// that a file of 3 GB costs no memory of its own. A file that is shortened by another process
/// while it is mapped ends the program, as with any mapping.
@safe public final class MappedFile: Sendable {
  /// Path of the file, or a name for bytes in memory.
  public let path: String

  /// Number of bytes.
  public let count: Int

  private nonisolated(unsafe) let start: UnsafeRawPointer
  private let release: Release

  /// What to do with the bytes at the end.
  enum Release {
    case unmap
    case deallocate
    case leave
  }

  /// Takes over `count` bytes at `start`.
  @unsafe init(path: String, start: UnsafeRawPointer, count: Int, release: Release) {
    self.path = path
    self.count = count
    unsafe self.start = unsafe start
    self.release = release
  }

  /// A copy of `bytes`, named `path` in errors.
  public convenience init(_ bytes: [UInt8], path: String) {
    self.init(path: path, count: bytes.count) { bytes[$0] }
  }

  /// `count` bytes in memory, each made by `byte` in the order of their places.
  convenience init(path: String, count: Int, byte: (Int) -> UInt8) {
    let bytes = UnsafeMutableRawBufferPointer.allocate(byteCount: max(count, 1), alignment: 16)
    for index in 0..<count { unsafe bytes[index] = byte(index) }
    let start = unsafe UnsafeRawPointer(bytes.baseAddress.unsafelyUnwrapped)
    unsafe self.init(path: path, start: start, count: count, release: .deallocate)
  }

  deinit {
    switch release {
    case .unmap: unsafe Self.unmap(start, count)
    case .deallocate: unsafe start.deallocate()
    case .leave: break
    }
  }
}

extension MappedFile {
  /// Calls `body` with the bytes of `range`.
  ///
  /// - Precondition: `range` lies in the file.
  func withBytes<Result, Failure: Error>(
    _ range: Range<Int>, _ body: (RawSpan) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    precondition(
      range.lowerBound >= 0 && range.upperBound <= count, "\(range) of \(count) bytes")
    let part = unsafe UnsafeRawBufferPointer(
      start: start + range.lowerBound, count: range.count)
    return try unsafe body(part.bytes)
  }

  /// The text in a range, or nil if it is not UTF-8.
  func text(_ range: Range<Int>) -> String? {
    withBytes(range) { bytes in
      unsafe bytes.withUnsafeBytes { unsafe String(validating: $0, as: UTF8.self) }
    }
  }

  /// The byte at `offset`.
  ///
  /// - Precondition: `offset` lies in the file.
  subscript(offset: Int) -> UInt8 {
    precondition(0..<count ~= offset, "byte \(offset) of \(count)")
    return unsafe start.load(fromByteOffset: offset, as: UInt8.self)
  }

  /// The little-endian integer at `offset`, at any alignment.
  ///
  /// - Precondition: all its bytes lie in the file.
  func integer<Number: FixedWidthInteger & BitwiseCopyable>(
    at offset: Int, as type: Number.Type
  ) -> Number {
    precondition(
      offset >= 0 && offset <= count - MemoryLayout<Number>.size, "integer at \(offset) of \(count)"
    )
    return unsafe Number(
      littleEndian: start.loadUnaligned(fromByteOffset: offset, as: Number.self))
  }
}
