import Glibc

/// A file that appears under its name only when it is complete.
///
/// Bytes go to a temporary name in the same folder; ``commit()`` renames it. A value that ends
/// without a commit removes what it wrote.
public struct AtomicFile: ~Copyable {
  private let path: String
  private let temporary: String
  private var descriptor: CInt

  /// Opens a temporary file beside `path`.
  ///
  /// - Throws: ``CheckpointError`` if the folder is missing or not writable.
  public init(_ path: String) throws(CheckpointError) {
    let temporary = "\(path).\(getpid())-\(UInt32.random(in: 0...(.max))).tmp"
    let descriptor = unsafe open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else { throw .system(path, "cannot write") }
    self.path = path
    self.temporary = temporary
    self.descriptor = descriptor
  }

  deinit {
    if descriptor >= 0 {
      close(descriptor)
      unsafe unlink(temporary)
    }
  }

  /// Appends `bytes`.
  ///
  /// - Throws: ``CheckpointError`` with what the system says, for example that the disk is full.
  public mutating func write(_ bytes: RawSpan) throws(CheckpointError) {
    var written = 0
    while written < bytes.byteCount {
      let rest = bytes.extracting(droppingFirst: written)
      let count = unsafe rest.withUnsafeBytes {
        unsafe Glibc.write(descriptor, $0.baseAddress, $0.count)
      }
      if count < 0 && errno == EINTR { continue }
      guard count > 0 else { throw .system(path, "cannot write") }
      written += count
    }
  }

  /// Appends `bytes`.
  ///
  /// - Throws: ``CheckpointError`` with what the system says.
  public mutating func write(_ bytes: [UInt8]) throws(CheckpointError) {
    try unsafe write(bytes.span.bytes)
  }

  /// Makes the file appear under its name, in place of an older one.
  ///
  /// - Throws: ``CheckpointError`` with what the system says; the file is removed then.
  public consuming func commit() throws(CheckpointError) {
    let closed = close(descriptor)
    descriptor = -1
    guard closed == 0, unsafe rename(temporary, path) == 0 else {
      let error = CheckpointError.system(path, "cannot write")
      unsafe unlink(temporary)
      throw error
    }
  }
}
