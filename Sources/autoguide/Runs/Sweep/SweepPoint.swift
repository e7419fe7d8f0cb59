import Foundation

/// One combination that a sweep measures.
struct SweepPoint: Hashable {
  /// Number of the guide; nil without guidance, which is one point for all guides.
  var guide: Int?

  /// Weight w; 1 without guidance.
  var guidance: Double

  /// EMA length of the main network; nil if its file is taken as it is.
  var ema: Double?

  /// EMA length of the guide; nil if its file is taken as it is, or without guidance.
  var guideEMA: Double?

  /// Whether no guide is evaluated.
  var isUnguided: Bool { guide == nil }

  /// For example `w 1.5, EMA 0.050 / 0.100`.
  var text: String {
    var parts = [isUnguided ? "no guidance" : "w \(short(guidance))"]
    let lengths = [ema, guideEMA].compactMap(\.self).map(Self.length)
    if !lengths.isEmpty {
      parts.append((ema == nil ? "EMA of the guide " : "EMA ") + lengths.joined(separator: " / "))
    }
    return parts.joined(separator: ", ")
  }

  /// An EMA length as names have it.
  static func length(_ length: Double) -> String { String(format: "%.3f", length) }
}

/// The directions in which a sweep's points lie.
enum SweepAxis: CaseIterable, Hashable {
  case guidance, ema, guideEMA

  /// A point's place.
  func value(of point: SweepPoint) -> Double? {
    switch self {
    case .guidance: point.guidance
    case .ema: point.ema
    case .guideEMA: point.guideEMA
    }
  }

  /// For an axis of a chart.
  var label: String {
    switch self {
    case .guidance: "guidance w"
    case .ema: "EMA length of the main network"
    case .guideEMA: "EMA length of the guide"
    }
  }

  /// A value as it is written.
  func text(_ value: Double) -> String {
    self == .guidance ? short(value) : SweepPoint.length(value)
  }
}
