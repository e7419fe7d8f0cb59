/// Lists of seeds as the official tools write them: numbers and ranges, `0-3,7,10-12`.
public enum SeedList {
  /// The seeds that `autoguide generate` uses when none are given.
  public static let standard = Array(16...19)

  /// Most seeds in one list.
  static let limit = 10_000_000

  /// Reads a list; the order is kept, a repeated seed is kept once.
  ///
  /// - Parameter text: numbers and ranges FIRST-LAST, separated by commas.
  /// - Returns: at least one seed, each 0 or more.
  /// - Throws: ``SettingsError`` with one line.
  public static func parse(_ text: String) throws(SettingsError) -> [Int] {
    var seeds: [Int] = []
    var seen: Set<Int> = []
    for part in text.split(separator: ",", omittingEmptySubsequences: false) {
      let range = try range(part.filter { $0 != " " }, in: text)
      guard seeds.count + range.count <= limit else {
        throw SettingsError("seeds '\(text)': more than \(limit) seeds; split the run")
      }
      for seed in range where seen.insert(seed).inserted { seeds.append(seed) }
    }
    return seeds
  }

  private static func range(
    _ part: String, in text: String
  ) throws(SettingsError) -> ClosedRange<Int> {
    let ends = part.split(separator: "-", omittingEmptySubsequences: false).map(number)
    switch (ends.count, ends.first ?? nil, ends.last ?? nil) {
    case (1, let seed?, _): return seed...seed
    case (2, let first?, let last?) where last - first >= limit:
      throw SettingsError("seeds '\(text)': more than \(limit) seeds; split the run")
    case (2, let first?, let last?) where first <= last: return first...last
    case (2, _?, _?): throw SettingsError("seeds '\(text)': the range '\(part)' runs backwards")
    default:
      throw SettingsError(
        "seeds '\(text)': '\(part)' is no seed; give numbers and ranges such as 0-3,7")
    }
  }

  /// Up to 15 decimal digits.
  private static func number(_ digits: Substring) -> Int? {
    let isNumber = !digits.isEmpty && digits.count <= 15 && digits.allSatisfy("0123456789".contains)
    return isNumber ? Int(digits) : nil
  }
}

/// Names of image files as the official tools give them.
public enum OutputName {
  /// `000016.png`, in a folder `000000/` per thousand seeds if `subfolders`.
  public static func path(
    seed: Int, subfolders: Bool = false, extension type: String = "png"
  ) -> String {
    let file = "\(sixDigits(seed)).\(type)"
    return subfolders ? "\(sixDigits(seed / 1000 * 1000))/\(file)" : file
  }

  private static func sixDigits(_ number: Int) -> String {
    let digits = String(number)
    return String(repeating: "0", count: max(0, 6 - digits.count)) + digits
  }
}
