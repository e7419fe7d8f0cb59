import Foundation

/// A file that cannot be read or written: which, and why.
public struct FileError: Error, Hashable, Sendable {
  /// What was tried: `read` or `write`.
  public let action: String

  /// The file as the user named it.
  public let path: String

  /// For example `No space left on device`.
  public let reason: String

  /// A failure with a given reason.
  public init(_ action: String, _ path: String, reason: String) {
    self.action = action
    self.path = path
    self.reason = reason
  }

  /// A failure with the reason in `errno`.
  static func system(_ action: String, _ path: String) -> FileError {
    FileError(action, path, reason: systemReason())
  }
}

extension FileError: CustomStringConvertible {
  /// One line for a user.
  public var description: String { "cannot \(action) \(path): \(reason)" }
}

/// What the system says of its last failure, `errno`.
func systemReason() -> String { unsafe String(cString: strerror(errno)) }
