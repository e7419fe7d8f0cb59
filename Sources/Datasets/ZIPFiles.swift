import CZip
import Foundation

/// The files in a zip file.
///
/// Names are checked although nothing is unpacked to them: a name that climbs out of the archive
/// is a sign of an attack.
@safe final class ZIPFiles: FileCollection {
  let source: String
  let names: [String]

  /// Largest file that is read.
  static let largestFile = 1 << 30

  private let archive: OpaquePointer
  private let indices: [String: zip_uint64_t]

  init(_ path: String) throws(DatasetError) {
    source = path
    var code: CInt = 0
    guard let archive = unsafe zip_open(path, ZIP_RDONLY, &code) else {
      var error = unsafe zip_error_t()
      unsafe zip_error_init_with_code(&error, code)
      defer { unsafe zip_error_fini(&error) }
      let reason = unsafe String(cString: zip_error_strerror(&error))
      throw DatasetError(path, reason: "no zip file that can be read: \(reason)")
    }
    do throws(DatasetError) {
      indices = try unsafe Self.directory(of: archive, path)
    } catch {
      unsafe zip_discard(archive)
      throw error
    }
    names = indices.keys.sortedLikePython()
    unsafe self.archive = archive
  }

  deinit { unsafe zip_discard(archive) }

  func read(_ name: String) throws(DatasetError) -> [UInt8] {
    guard let index = indices[name] else {
      throw DatasetError(source, member: name, reason: "it is missing")
    }
    var status = unsafe zip_stat_t()
    guard unsafe zip_stat_index(archive, index, 0, &status) == 0,
      unsafe status.valid & zip_uint64_t(ZIP_STAT_SIZE) != 0,
      unsafe status.size <= Self.largestFile,
      let file = unsafe zip_fopen_index(archive, index, 0)
    else { throw failure(name) }
    defer { unsafe zip_fclose(file) }
    let count = unsafe Int(status.size)
    var bytes = [UInt8](repeating: 0, count: count)
    guard unsafe zip_fread(file, &bytes, zip_uint64_t(count)) == count else {
      throw failure(name)
    }
    // The checksum is compared when the end is read.
    var rest: UInt8 = 0
    guard unsafe zip_fread(file, &rest, 1) == 0 else { throw failure(name) }
    return bytes
  }

  private func failure(_ name: String) -> DatasetError {
    DatasetError(source, member: name, reason: "it is damaged, encrypted or too large")
  }

  @unsafe private static func directory(
    of archive: OpaquePointer, _ path: String
  ) throws(DatasetError) -> [String: zip_uint64_t] {
    var indices: [String: zip_uint64_t] = [:]
    let count = unsafe zip_get_num_entries(archive, 0)
    for index in 0..<max(0, count) {
      guard let text = unsafe zip_get_name(archive, zip_uint64_t(index), 0) else {
        throw DatasetError(path, reason: "the directory of the zip file is damaged")
      }
      let name = unsafe String(cString: text)
      let parts = name.split(separator: "/", omittingEmptySubsequences: false)
      if name.hasPrefix("/") || name.contains("\\") || parts.contains("..") {
        throw DatasetError(
          path, member: name, reason: "the name leads out of the zip file; it is not to be trusted")
      }
      if !name.hasSuffix("/") { indices[name] = zip_uint64_t(index) }
    }
    return indices
  }
}
