import CZlib
import GuidedDiffusion

/// Writes a zip file of stored files as they come; the same files give the same bytes.
///
/// Written here because libzip keeps all data until the end: an ImageNet is larger than memory.
/// Layout: the format's description "APPNOTE.TXT - .ZIP File Format Specification"; beyond 65,535
/// files or 4 GB the ZIP64 records are used.
public struct ZIPWriter: ~Copyable {
  private var file: AtomicFile
  private var directory: [UInt8] = []
  private var count = 0
  private var end = 0

  /// 1 January 1980, the first day that zip files know.
  private static let date: [UInt8] = [0, 0, 0x21, 0]

  /// Starts a file, which appears when it is complete.
  public init(_ path: String) throws(FileError) { file = try AtomicFile(path) }

  /// Appends a file.
  ///
  /// - Parameters:
  ///   - name: unique; UTF-8.
  ///   - bytes: less than 4 GB.
  /// - Throws: ``FileError``.
  public mutating func append(_ name: String, _ bytes: [UInt8]) throws(FileError) {
    precondition(bytes.count < 0xffff_ffff && name.utf8.count <= 0xffff, "\(name) is too large")
    let checksum = unsafe UInt32(crc32_z(0, bytes, bytes.count))
    // Version 2.0, UTF-8 name, stored.
    let common: [UInt8] =
      [0, 8, 0, 0] + Self.date + little(checksum) + little(UInt32(bytes.count))
      + little(UInt32(bytes.count)) + little(UInt16(name.utf8.count))
    let isFar = end >= 0xffff_ffff
    let extra = isFar ? little(UInt16(1)) + little(UInt16(8)) + little(UInt64(end)) : []
    directory += [0x50, 0x4b, 1, 2] + [isFar ? 45 : 20, 3] + [isFar ? 45 : 20, 0] + common
    directory += little(UInt16(extra.count)) + [0, 0, 0, 0, 0, 0] + little(UInt32(0o100644 << 16))
    directory += little(isFar ? 0xffff_ffff : UInt32(end)) + Array(name.utf8) + extra
    try write([0x50, 0x4b, 3, 4, 20, 0] + common + [0, 0] + Array(name.utf8))
    try write(bytes)
    count += 1
  }

  /// Writes the directory and gives the file its name.
  public consuming func commit() throws(FileError) {
    let start = end
    let size = directory.count
    try write(directory)
    if count >= 0xffff || start >= 0xffff_ffff || size >= 0xffff_ffff {
      let record = end
      try write(
        [0x50, 0x4b, 6, 6] + little(UInt64(44)) + [45, 3, 45, 0] + little(UInt64(0))
          + little(UInt64(count)) + little(UInt64(count)) + little(UInt64(size))
          + little(UInt64(start)))
      try write(
        [0x50, 0x4b, 6, 7] + little(UInt32(0)) + little(UInt64(record)) + little(UInt32(1)))
    }
    let small = little(UInt16(min(count, 0xffff)))
    try write(
      [0x50, 0x4b, 5, 6, 0, 0, 0, 0] + small + small + little(UInt32(min(size, 0xffff_ffff)))
        + little(UInt32(min(start, 0xffff_ffff))) + [0, 0])
    try file.commit()
  }

  private mutating func write(_ bytes: [UInt8]) throws(FileError) {
    try file.append(bytes)
    end += bytes.count
  }

  private func little<Number: FixedWidthInteger>(_ number: Number) -> [UInt8] {
    (0..<Number.bitWidth / 8).map { UInt8(truncatingIfNeeded: number >> (8 * $0)) }
  }
}
