import Foundation
import Glibc
import GuidedDiffusion

/// The first part of a file that is not complete yet, and a record of how much of it is certain.
///
/// The record holds the length and SHA-256 of what was there when it was written, so that a file
/// that was damaged, or not on the disk yet when the machine went down, is noticed.
final class PartialFile {
  /// Where the part lies.
  let path: String

  /// Number of bytes so far.
  private(set) var count = 0

  /// The version of the file that this is a part of, as the server names it.
  private(set) var version: String?

  /// Length of the whole file, if known.
  private(set) var total: Int?

  private let url: String
  private let descriptor: CInt
  private var digest = SHA256()
  private var recorded = 0

  /// Bytes between two records.
  private let recordEvery: Int

  /// What is certain.
  private struct Record: Codable {
    var url: String
    var version: String?
    var total: Int?
    var count: Int
    var sha256: String
  }

  private static func recordPath(_ path: String) -> String { "\(path).json" }

  /// Opens the part with what is certain of it.
  ///
  /// - Throws: ``FileError``.
  init(_ path: String, url: String, recordEvery: Int) throws(FileError) {
    (self.path, self.url, self.recordEvery) = (path, url, recordEvery)
    descriptor = unsafe open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o666)
    if descriptor < 0 { throw Self.failure(path) }
    if let record = readRecord() { try take(record) } else { try restart() }
  }

  private func readRecord() -> Record? {
    let text = try? Data(contentsOf: URL(fileURLWithPath: Self.recordPath(path)))
    let record = text.flatMap { try? JSONDecoder().decode(Record.self, from: $0) }
    return record?.url == url ? record : nil
  }

  /// Goes on with what the record says, if that is there.
  private func take(_ record: Record) throws(FileError) {
    guard try digestFile(record.count), digest.digestSoFar() == record.sha256 else {
      Diagnostics.warn("\(path) is damaged: it is fetched from the start")
      return try restart()
    }
    (count, recorded) = (record.count, record.count)
    (version, total) = (record.version, record.total)
    try cut()
  }

  deinit { close(descriptor) }

  /// SHA-256 of what is there.
  var sha256: String { digest.digestSoFar() }

  /// Forgets everything.
  func restart(version: String? = nil, total: Int? = nil) throws(FileError) {
    digest = SHA256()
    (count, recorded) = (0, 0)
    (self.version, self.total) = (version, total)
    try cut()
    _ = unsafe unlink(Self.recordPath(path))
  }

  /// Appends bytes.
  func append(_ bytes: RawSpan) throws(FileError) {
    var written = 0
    while written < bytes.byteCount {
      let rest = bytes.extracting(droppingFirst: written)
      let result = unsafe rest.withUnsafeBytes {
        unsafe pwrite(descriptor, $0.baseAddress, $0.count, off_t(count + written))
      }
      if result < 0 && errno == EINTR { continue }
      if result < 0 { throw Self.failure(path) }
      written += result
    }
    digest.update(bytes)
    count += written
    if count - recorded >= recordEvery { try record() }
  }

  /// Notes how much is there; without, it is fetched again.
  func record() throws(FileError) {
    guard count > recorded else { return }
    if fdatasync(descriptor) != 0 { throw Self.failure(path) }
    let record = Record(
      url: url, version: version, total: total, count: count, sha256: digest.digestSoFar())
    guard let text = try? JSONEncoder().encode(record) else { return }
    try AtomicFile.write(Array(text), to: Self.recordPath(path))
    recorded = count
  }

  /// Gives the whole file its name.
  func commit(to target: String) throws(FileError) {
    guard fsync(descriptor) == 0, unsafe rename(path, target) == 0 else {
      throw Self.failure(target)
    }
    _ = unsafe unlink(Self.recordPath(path))
  }

  /// Deletes it.
  func discard() {
    (count, recorded) = (0, 0)
    _ = unsafe unlink(path)
    _ = unsafe unlink(Self.recordPath(path))
  }

  private func cut() throws(FileError) {
    if ftruncate(descriptor, off_t(count)) != 0 { throw Self.failure(path) }
  }

  /// Digests the first `count` bytes.
  ///
  /// - Returns: whether there are as many.
  private func digestFile(_ count: Int) throws(FileError) -> Bool {
    var buffer = [UInt8](repeating: 0, count: 1 << 20)
    var place = 0
    while place < count {
      let wanted = min(buffer.count, count - place)
      let result = unsafe buffer.withUnsafeMutableBytes {
        unsafe pread(descriptor, $0.baseAddress, wanted, off_t(place))
      }
      if result < 0 && errno == EINTR { continue }
      if result < 0 { throw Self.failure(path) }
      if result == 0 { return false }
      digest.update(buffer.span.extracting(0..<result))
      place += result
    }
    return true
  }

  private static func failure(_ path: String) -> FileError {
    FileError("write", path, reason: unsafe String(cString: strerror(errno)))
  }
}
