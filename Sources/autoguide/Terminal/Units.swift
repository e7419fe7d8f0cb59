import Foundation

/// Numbers with units, for people.
enum Units {
  /// For example `1.5 MB`, in powers of 1000.
  static func bytes(_ count: Int) -> String {
    var (value, unit) = (Double(count), "bytes")
    for larger in ["kB", "MB", "GB", "TB"] where value >= 1000 {
      (value, unit) = (value / 1000, larger)
    }
    return "\(unit == "bytes" ? "\(count)" : threeDigits(value)) \(unit)"
  }

  /// For example `3.40 images/s`, or `25.0 s/image` if it is slow.
  static func rate(_ imagesPerSecond: Double) -> String {
    imagesPerSecond >= 0.1
      ? "\(threeDigits(imagesPerSecond)) images/s"
      : "\(threeDigits(1 / imagesPerSecond)) s/image"
  }

  /// For example `9.5 s`, `2 min 30 s`, `3 h 5 min`.
  static func duration(_ seconds: Double) -> String {
    if seconds < 9.95 { return String(format: "%.1f s", seconds) }
    let whole = Int(seconds.rounded())
    if whole < 60 { return "\(whole) s" }
    if whole < 3600 { return "\(whole / 60) min \(whole % 60) s" }
    return "\(whole / 3600) h \(whole % 3600 / 60) min"
  }

  /// The shortest text that gives the number, without `.0`.
  static func number(_ value: Double) -> String {
    value == value.rounded() && abs(value) < 1e9 ? "\(Int(value))" : "\(value)"
  }

  /// With three digits, or more before the point.
  static func threeDigits(_ number: Double) -> String {
    String(format: number < 9.995 ? "%.2f" : number < 99.95 ? "%.1f" : "%.0f", number)
  }
}
