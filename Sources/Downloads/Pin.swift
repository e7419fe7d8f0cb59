import Foundation
import GuidedDiffusion

/// The SHA-256 that a file had when it was downloaded first, beside it in `NAME.sha256`: a line as
/// `sha256sum` prints it.
public enum Pin {
  /// Where the pin of a file lies.
  public static func path(of file: String) -> String { "\(file).sha256" }

  /// The pinned digest; nil if there is none.
  public static func read(of file: String) -> String? {
    guard let text = try? String(contentsOfFile: path(of: file), encoding: .utf8) else {
      return nil
    }
    let digest = text.prefix { !$0.isWhitespace }
    return digest.count == 64 && digest.allSatisfy(\.isHexDigit) ? digest.lowercased() : nil
  }

  /// Pins a digest.
  ///
  /// - Throws: ``FileError``.
  static func write(_ digest: String, of file: String) throws(FileError) {
    let name = URL(fileURLWithPath: file).lastPathComponent
    try AtomicFile.write(Array("\(digest)  \(name)\n".utf8), to: path(of: file))
  }

  /// SHA-256 of a file.
  ///
  /// - Throws: ``FileError``, or `CancellationError`.
  public static func digest(of file: String) throws -> String {
    guard let handle = FileHandle(forReadingAtPath: file) else {
      throw FileError("read", file, reason: "it is not readable")
    }
    defer { try? handle.close() }
    var digest = SHA256()
    while true {
      try Task.checkCancellation()
      let part: Data?
      do { part = try handle.read(upToCount: 4 << 20) } catch {
        throw FileError("read", file, reason: error.localizedDescription)
      }
      guard let part, !part.isEmpty else { return digest.finish() }
      digest.update(Array(part).span)
    }
  }
}
