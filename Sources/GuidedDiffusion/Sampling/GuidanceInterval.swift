/// The noise levels at which guidance is applied (Kynkäänniemi et al., arXiv 2404.07724).
///
/// It is decided once per step, from the level t_i of the schedule, for both evaluations of the
/// step; outside, the guides are not evaluated.
public enum GuidanceInterval: Hashable, Sendable {
  /// sigma_lo < t_i <= sigma_hi. Published bounds are rounded levels, so that a level beside a
  /// bound may fall on the other side than published: prefer ``steps(_:)`` for those.
  case sigma(above: Double, through: Double)

  /// Steps from the first to the last index, both included; the first step of a run is 0.
  case steps(ClosedRange<Int>)

  /// Whether step `index`, which starts at noise level `sigma`, is guided.
  public func contains(step index: Int, sigma: Double) -> Bool {
    switch self {
    case .sigma(let low, let high): low < sigma && sigma <= high
    case .steps(let range): range.contains(index)
    }
  }

  /// Reads `LO,HI` (noise levels) or `steps:FIRST-LAST` (indices).
  ///
  /// - Parameter text: for example `0.28,2.90` or `steps:15-21`.
  /// - Throws: ``SettingsError`` if it is neither.
  public init(parsing text: String) throws(SettingsError) {
    let complaint = SettingsError(
      "interval '\(text)': give two noise levels LO,HI with LO < HI, or steps:FIRST-LAST")
    if text.hasPrefix("steps:") {
      let parts = text.dropFirst(6).split(separator: "-", omittingEmptySubsequences: false)
      guard parts.count == 2, let first = Int(parts[0]), let last = Int(parts[1]),
        first <= last
      else { throw complaint }
      self = .steps(first...last)
    } else {
      let parts = text.split(separator: ",", omittingEmptySubsequences: false)
      guard parts.count == 2, let low = Double(parts[0]), let high = Double(parts[1])
      else { throw complaint }
      self = .sigma(above: low, through: high)
    }
    guard isValid else { throw complaint }
  }

  /// Whether the bounds are numbers in order.
  var isValid: Bool {
    switch self {
    case .sigma(let low, let high): low >= 0 && low < high
    case .steps(let range): range.lowerBound >= 0
    }
  }
}

extension GuidanceInterval: CustomStringConvertible {
  /// The form that ``init(parsing:)`` reads.
  public var description: String {
    switch self {
    case .sigma(let low, let high): "\(low),\(high)"
    case .steps(let range): "steps:\(range.lowerBound)-\(range.upperBound)"
    }
  }
}

extension GuidanceInterval: Codable {
  /// Reads the form of ``description``.
  public init(from decoder: any Decoder) throws {
    try self.init(parsing: decoder.singleValueContainer().decode(String.self))
  }

  /// Writes the form of ``description``.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(description)
  }
}
