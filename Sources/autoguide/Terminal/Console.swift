import Foundation
import GuidedDiffusion

/// The two streams of a command: results on standard output, everything else on standard error.
enum Console {
  /// Prints a result.
  ///
  /// - Throws: ``FileError`` if it cannot be written, for example to a full disk.
  static func print(_ text: String) throws(FileError) {
    var bytes = Array("\(text)\n".utf8)[...]
    while !bytes.isEmpty {
      let count = unsafe bytes.withUnsafeBytes { unsafe write(1, $0.baseAddress, $0.count) }
      if count < 0 && errno == EINTR { continue }
      if count < 0 {
        throw FileError(
          "write", "standard output", reason: unsafe String(cString: strerror(errno)))
      }
      bytes = bytes.dropFirst(count)
    }
  }

  /// Prints a result as JSON.
  // Inlined into an asynchronous `run()`, its typed error crashes the optimiser of Swift 6.3.
  @inline(never)
  static func print<Value: Encodable>(json value: Value) throws { try print(json(value)) }

  /// A value as JSON: sorted keys in snake case.
  static func json<Value: Encodable>(_ value: Value) throws -> String {
    let encoder = JSONEncoder()
    encoder.keyEncodingStrategy = .convertToSnakeCase
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    return String(decoding: try encoder.encode(value), as: UTF8.self)
  }

  /// Prints a line to standard error; there is nobody to tell if that fails.
  static func complain(_ line: String) {
    try? FileHandle.standardError.write(contentsOf: Data("\(line)\n".utf8))
  }

  /// Says why a command failed, in one line.
  static func fail(_ reason: String) {
    complain((hasColours ? "\u{1b}[31merror:\u{1b}[0m " : "error: ") + reason)
  }

  /// Rewrites the last line of a terminal.
  static func rewrite(_ line: String) {
    try? FileHandle.standardError.write(contentsOf: Data("\r\u{1b}[K\(line)".utf8))
  }

  /// Whether standard error is a terminal on which a line can be rewritten.
  static let isInteractive =
    isatty(2) == 1 && ProcessInfo.processInfo.environment["TERM"] != "dumb"

  /// Whether standard error may have colours (see no-color.org).
  static let hasColours =
    isInteractive && (ProcessInfo.processInfo.environment["NO_COLOR"] ?? "").isEmpty
}
