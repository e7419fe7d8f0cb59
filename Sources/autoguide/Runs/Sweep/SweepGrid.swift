import Foundation

/// The points of a sweep: a grid of guidance weights and EMA lengths, refined around the best.
struct SweepGrid {
  /// Weights w, rising.
  var guidance: [Double]

  /// EMA lengths of the main network; empty if its file is taken as it is.
  var ema: [Double]

  /// EMA lengths of each guide.
  var guides: [Lengths]

  /// EMA lengths of a guide.
  enum Lengths: Hashable {
    /// Its file is taken as it is.
    case none

    /// That of the main network, whatever it is.
    case same

    /// Each of these.
    case each([Double])
  }

  /// The grid: without guidance one point for each EMA length of the main network, then guide by
  /// guide.
  var points: [SweepPoint] {
    let mains = ema.isEmpty ? [nil] : ema.map(Optional.init)
    var points: [SweepPoint] = []
    if guidance.contains(1) || guides.isEmpty {
      points += mains.map { SweepPoint(guide: nil, guidance: 1, ema: $0, guideEMA: nil) }
    }
    for (guide, lengths) in guides.enumerated() {
      for main in mains {
        for guideEMA in Self.values(lengths, main: main) {
          points += guidance.filter { $0 != 1 }.map {
            SweepPoint(guide: guide, guidance: $0, ema: main, guideEMA: guideEMA)
          }
        }
      }
    }
    return points
  }

  private static func values(_ lengths: Lengths, main: Double?) -> [Double?] {
    switch lengths {
    case .none: [nil]
    case .same: [main]
    case .each(let lengths): lengths.map(Optional.init)
    }
  }

  /// New points beside the best one of each guide: half a step to both sides in each axis.
  ///
  /// A step is the distance to the nearest point that was measured for the guide in that axis, so
  /// that steps halve from round to round, and the search follows a best point that moves, also
  /// over the grid's edge.
  ///
  /// - Parameter distances: of all points so far.
  /// - Returns: points that are not among them, in the order of guides and axes.
  func refinement(_ distances: [SweepPoint: Double]) -> [SweepPoint] {
    var new: [SweepPoint] = []
    for guide in guides.isEmpty ? [nil] : guides.indices.map(Optional.init) {
      let own = distances.filter { $0.key.guide == guide && $0.value.isFinite }
      guard let best = Self.best(own) else { continue }
      for axis in SweepAxis.allCases where !isTied(axis, guide) {
        let others = Set(own.keys.compactMap(axis.value)).union(
          axis == .guidance && guidance.contains(1) && guide != nil ? [1] : [])
        guard let place = axis.value(of: best),
          let gap = others.map({ abs($0 - place) }).filter({ $0 > 0 }).min()
        else { continue }
        for value in [place - gap / 2, place + gap / 2].map({ rounded($0, axis) })
        where allows(value, axis) {
          let point = moved(best, axis, to: value)
          if distances[point] == nil && !new.contains(point) { new.append(point) }
        }
      }
    }
    return new
  }

  /// The point of the smallest distance, the first in the order of coordinates among equal ones.
  static func best(_ distances: [SweepPoint: Double]) -> SweepPoint? {
    distances.filter { $0.value.isFinite }.min { one, other in
      (one.value, one.key.guidance, one.key.ema ?? 0, one.key.guideEMA ?? 0)
        < (other.value, other.key.guidance, other.key.ema ?? 0, other.key.guideEMA ?? 0)
    }?.key
  }

  /// Whether the axis has no values of its own.
  private func isTied(_ axis: SweepAxis, _ guide: Int?) -> Bool {
    axis == .guideEMA && guide.map { guides[$0] == .same } ?? true
  }

  private func rounded(_ value: Double, _ axis: SweepAxis) -> Double {
    // Names of networks have three decimals.
    let unit = axis == .guidance ? 1e6 : 1e3
    return (value * unit).rounded() / unit
  }

  private func allows(_ value: Double, _ axis: SweepAxis) -> Bool {
    axis == .guidance
      ? value != 1 && value > min(1, guidance.first ?? 1) : 0.001...0.288 ~= value
  }

  private func moved(_ point: SweepPoint, _ axis: SweepAxis, to value: Double) -> SweepPoint {
    var moved = point
    switch axis {
    case .guidance: moved.guidance = value
    case .guideEMA: moved.guideEMA = value
    case .ema:
      moved.ema = value
      if let guide = point.guide, guides[guide] == .same { moved.guideEMA = value }
    }
    return moved
  }
}
