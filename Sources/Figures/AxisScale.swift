import Foundation

/// One axis of a chart: its range, and where it has ticks.
struct AxisScale: Hashable, Sendable {
  let isLogarithmic: Bool
  let low: Double
  let high: Double

  /// An axis for values; those that it cannot show do not count.
  init(_ values: [Double], isLogarithmic: Bool) {
    self.isLogarithmic = isLogarithmic
    let shown = values.filter { $0.isFinite && (!isLogarithmic || $0 > 0) }
    let places = shown.map { isLogarithmic ? log10($0) : $0 }
    var (low, high) = (places.min() ?? 0, places.max() ?? 1)
    if high - low <= 1e-9 * max(abs(high), 1e-300) {
      let room = isLogarithmic || high == 0 ? 0.5 : abs(high) / 2
      (low, high) = (low - room, high + room)
    }
    let margin = 0.04 * (high - low)
    // An axis that starts at 0 has no room below it.
    self.low = low >= 0 && low < margin && !isLogarithmic ? 0 : low - margin
    self.high = high + margin
  }

  /// 0 at the start of the axis, 1 at its end; nil for what it cannot show.
  func share(of value: Double) -> Double? {
    guard value.isFinite, !isLogarithmic || value > 0 else { return nil }
    return ((isLogarithmic ? log10(value) : value) - low) / (high - low)
  }

  /// Round numbers, about five.
  var ticks: [Double] {
    isLogarithmic && high - low > 0.7 ? decadeTicks : linearTicks
  }

  private var decadeTicks: [Double] {
    let digits: [Double] = high - low < 2.5 ? [1, 2, 5] : [1]
    let decades = Int(low.rounded(.down))...Int(high.rounded(.up))
    let step = max(1, decades.count / 7)
    return decades.filter { $0 % step == 0 }
      .flatMap { decade in digits.map { $0 * pow(10, Double(decade)) } }
      .filter { (0...1).contains(share(of: $0) ?? -1) }
  }

  private var linearTicks: [Double] {
    let (low, high) = isLogarithmic ? (pow(10, low), pow(10, high)) : (low, high)
    let rough = (high - low) / 5
    let power = pow(10, log10(rough).rounded(.down))
    let step = [1, 2, 5, 10].map { $0 * power }.first { $0 >= rough * 0.999 } ?? 10 * power
    let first = Int((low / step).rounded(.up))
    let last = Int((high / step).rounded(.down))
    return first <= last ? (first...last).map { Double($0) * step } : []
  }

  /// A tick's text.
  static func text(_ value: Double) -> String {
    if value != 0 && (abs(value) < 1e-3 || abs(value) >= 1e6) {
      let exponent = Int(log10(abs(value)).rounded(.down))
      let digit = (value / pow(10, Double(exponent)) * 100).rounded() / 100
      let power = "10" + superscript(exponent)
      return digit == 1 ? power : String(format: "%g·", digit) + power
    }
    return String(format: "%.6g", value).replacingOccurrences(of: "-", with: "−")
  }

  private static func superscript(_ number: Int) -> String {
    let digits = Array("⁰¹²³⁴⁵⁶⁷⁸⁹")
    return String(
      String(number).map { $0.wholeNumberValue.map { digits[$0] } ?? "⁻" })
  }
}
