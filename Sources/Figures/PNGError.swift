/// A PNG file that cannot be read, or a picture that cannot be encoded.
public struct PNGError: Error, Hashable, Sendable, CustomStringConvertible {
  /// What libpng reported, or which bound was passed.
  public let reason: String

  /// One line for a user.
  public var description: String { "PNG: \(reason)" }
}
