import Foundation
import Glibc

/// A file that appears whole or not at all: written under a temporary name in the same folder,
/// renamed when complete.
///
/// What a killed process leaves is taken over by the next one that writes the same file, or deleted by
/// ``removeAbandoned(in:where:)``.
///
/// Edge cases: a link is followed, the file that it names is replaced; a device or a pipe, say
/// `/dev/stdout`, is written directly.
public struct AtomicFile: ~Copyable {
  private let path: String
  private let target: String
  private let temporary: String?
  private let descriptor: CInt
  private var isCommitted = false

  /// Opens the temporary file.
  ///
  /// - Parameter path: of the file to write; its folder must exist.
  /// - Throws: why it cannot be written.
  public init(_ path: String) throws(FileError) {
    var status = stat()
    let exists = unsafe stat(path, &status) == 0
    if exists && status.st_mode & S_IFMT == S_IFDIR {
      throw FileError("write", path, reason: "it is a folder")
    }
    let isSpecial = exists && status.st_mode & S_IFMT != S_IFREG
    let url = URL(fileURLWithPath: path).resolvingSymlinksInPath()
    let temporary = isSpecial ? nil : TemporaryFile(beside: url)
    let descriptor =
      isSpecial ? unsafe open(path, O_WRONLY | O_CLOEXEC) : temporary?.descriptor ?? -1
    if descriptor < 0 { throw FileError.system("write", path) }
    self.path = path
    self.target = url.path
    self.temporary = temporary?.path
    self.descriptor = descriptor
  }

  /// Appends bytes.
  ///
  /// - Parameter bytes: of any length.
  /// - Throws: for example that the disk is full.
  public func append(_ bytes: RawSpan) throws(FileError) {
    var written = 0
    while written < bytes.byteCount {
      let rest = bytes.extracting(droppingFirst: written)
      let count = unsafe rest.withUnsafeBytes {
        unsafe Glibc.write(descriptor, $0.baseAddress, $0.count)
      }
      if count < 0 && errno == EINTR { continue }
      if count < 0 { throw FileError.system("write", path) }
      written += count
    }
  }

  /// Appends numbers as they lie in memory.
  ///
  /// - Parameter numbers: of any count.
  /// - Throws: as ``append(_:)-(RawSpan)``.
  public func append<Number: Numeric & BitwiseCopyable>(
    _ numbers: [Number]
  ) throws(FileError) {
    try unsafe append(numbers.span.bytes)
  }

  /// Whether the file gets its name at the end, and so may be changed until then.
  var isRegular: Bool { temporary != nil }

  /// Replaces bytes that were appended.
  ///
  /// - Parameters:
  ///   - bytes: as many as are to be replaced.
  ///   - offset: of the first.
  /// - Throws: why they cannot be written.
  func overwrite(_ bytes: [UInt8], at offset: Int) throws(FileError) {
    let count = unsafe pwrite(descriptor, bytes, bytes.count, off_t(offset))
    if count != bytes.count { throw FileError.system("write", path) }
  }

  /// Gives the file its name; before, nobody sees it.
  ///
  /// - Throws: why it cannot be renamed.
  public mutating func commit() throws(FileError) {
    if let temporary, unsafe rename(temporary, target) != 0 {
      throw FileError.system("write", path)
    }
    isCommitted = true
  }

  deinit {
    // Before its lock is freed: afterwards it may be another writer's.
    if let temporary, !isCommitted { _ = unsafe unlink(temporary) }
    close(descriptor)
  }

  /// Writes a whole file.
  ///
  /// - Parameters:
  ///   - bytes: its content.
  ///   - path: its name; its folder must exist.
  /// - Throws: why it cannot be written; then no file is left.
  public static func write(_ bytes: [UInt8], to path: String) throws(FileError) {
    var file = try AtomicFile(path)
    try file.append(bytes)
    try file.commit()
  }
}
