/// A file that cannot be read as what it should be.
public struct CheckpointError: Error, Hashable, Sendable {
  /// Path of the file, or a name for bytes in memory.
  public let file: String

  /// Where in the file, in bytes from its start, if that helps.
  public let offset: Int?

  /// What is wrong and, where it can be said, what to do.
  public let reason: String

  /// An error about `file`.
  public init(file: String, offset: Int? = nil, reason: String) {
    self.file = file
    self.offset = offset
    self.reason = reason
  }
}

extension CheckpointError: CustomStringConvertible {
  /// One line: `net.pkl: the file ends in the middle of a string (at byte 4711)`.
  public var description: String {
    let place = offset.map { " (at byte \($0))" } ?? ""
    return "\(printable(file)): \(printable(reason))\(place)"
  }

  /// `text` on one line: names out of a file may hold line ends and escape sequences.
  private func printable(_ text: String) -> String {
    String(String.UnicodeScalarView(text.unicodeScalars.map { $0.isPrintable ? $0 : "?" }))
  }
}

extension Unicode.Scalar {
  /// Whether a terminal shows the scalar without acting on it.
  var isPrintable: Bool {
    switch properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate: false
    default: true
    }
  }
}

extension CheckpointError {
  /// What the system said of the last call: `net.pkl: cannot open: No such file or directory`.
  static func system(_ path: String, _ action: String) -> CheckpointError {
    CheckpointError(file: path, reason: "\(action): \(systemReason())")
  }
}

extension MappedFile {
  /// An error about this file.
  func error(_ reason: String, at offset: Int? = nil) -> CheckpointError {
    CheckpointError(file: path, offset: offset, reason: reason)
  }
}
