/// A download that failed: from where, and why.
public struct DownloadError: Error, Hashable, Sendable, CustomStringConvertible {
  /// What was asked for.
  public let url: String

  /// In a few words, with what can be done.
  public let reason: String

  /// What kind of failure it is.
  public let kind: Kind

  /// Kinds of failures.
  public enum Kind: Hashable, Sendable {
    /// No connection.
    case unreachable
    /// The connection broke off, or the server cannot answer now.
    case interrupted
    /// The server does not have the file: status 403, 404 or 410.
    case missing
    /// The server's file is shorter than the part that is here: status 416.
    case range
    /// The server refuses, or answers what cannot be used.
    case refused
    /// What arrived is not what was expected.
    case content
    /// There is no room for it here.
    case space
  }

  init(_ kind: Kind, _ url: String, _ reason: String) {
    (self.kind, self.url, self.reason) = (kind, url, reason)
  }

  /// One line for a user.
  public var description: String { "\(url): \(reason)" }
}
