import Foundation

/// Where the library's rare warnings go: one line each to standard error.
public enum Diagnostics {
  /// Prints `warning: <line>`.
  public static func warn(_ line: String) {
    FileHandle.standardError.write(Data("warning: \(line)\n".utf8))
  }
}
