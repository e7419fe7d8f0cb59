/// Settings, seeds or a recipe that cannot be used: the user's to correct.
public struct SettingsError: Error, Hashable, Sendable, CustomStringConvertible {
  /// One line: what is wrong and what would be right.
  public let description: String

  /// An error with its line.
  public init(_ description: String) { self.description = description }
}
