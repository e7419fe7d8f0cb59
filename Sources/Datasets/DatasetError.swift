/// A dataset that cannot be read or made: which, where in it, and why.
public struct DatasetError: Error, Hashable, Sendable {
  /// Path of the dataset.
  public let source: String

  /// Name of the file in it, if one is at fault.
  public let member: String?

  /// What is wrong and, where it can be said, what to do.
  public let reason: String

  /// An error about a dataset or one of its files.
  public init(_ source: String, member: String? = nil, reason: String) {
    self.source = source
    self.member = member
    self.reason = reason
  }
}

extension DatasetError: CustomStringConvertible {
  /// One line: `cats.zip: 00000/img00000003.png: PNG: bad adaptive filter value`.
  public var description: String {
    let text = "\(source): \(member.map { "\($0): " } ?? "")\(reason)"
    // Names out of a file may hold line ends and escape sequences.
    return String(
      String.UnicodeScalarView(
        text.unicodeScalars.map { $0.properties.generalCategory == .control ? "?" : $0 }))
  }
}
