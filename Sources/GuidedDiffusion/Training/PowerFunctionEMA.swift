import Foundation

/// The power-function exponential moving average of EDM2 (arXiv 2312.02696, section 3.1).
///
/// θ̂(t) = (γ + 1) / t^(γ+1) ∫ τ^γ θ(τ) dτ over the training so far: the average looks back over a
/// fixed fraction of it. Its length is given as the standard deviation σ_rel of the profile's peak,
/// relative to the training time, as in the networks' names: 0.05, 0.10, ...
public struct PowerFunctionEMA: Hashable, Codable, Sendable {
  /// σ_rel, above 0 and below 0.289.
  public let length: Double

  /// An average of relative length σ_rel; nil if it is not above 0 and below 12^(-1/2), that of
  /// the plain mean.
  public init?(length: Double) {
    guard length > 0, length * length < 1 / 12.0 else { return nil }
    self.length = length
  }

  /// The exponent γ: the largest real root of γ³ + 7 γ² + (16 - r) γ + (12 - r), r = σ_rel⁻²
  /// (EDM2 eq. 126).
  public var exponent: Double {
    // Trigonometric solution of γ = x - 7/3 with x³ + p x + q = 0; all three roots are real.
    let r = 1 / (length * length)
    let p = (16 - r) - 49 / 3.0
    let q = 2 * 343 / 27.0 - 7 * (16 - r) / 3 + (12 - r)
    let radius = 2 * (-p / 3).squareRoot()
    let angle = acos(max(-1, min(1, 3 * q / (p * radius)))) / 3
    var root = radius * cos(angle) - 7 / 3.0
    // Newton's steps take away what the cosine has lost.
    for _ in 0..<3 {
      let value = ((root + 7) * root + (16 - r)) * root + (12 - r)
      let slope = (3 * root + 14) * root + (16 - r)
      root -= value / slope
    }
    return root
  }

  /// Weight of the average so far in a step of length dt to time t: (1 - dt/t)^(γ+1) (EDM2
  /// eq. 127); the new parameters weigh 1 - β.
  ///
  /// - Parameters:
  ///   - time: t after the step, for example in images; the first step has t = dt.
  ///   - step: dt.
  /// - Returns: β, 0 at the first step.
  public func beta(at time: Double, step: Double) -> Double {
    precondition(time > 0 && 0 < step && step <= time, "a step of \(step) to \(time)")
    return pow(1 - step / time, exponent + 1)
  }

  /// σ_rel of an exponent, sqrt((γ+1) / ((γ+2)² (γ+3))) (EDM2 eq. 123).
  public static func length(ofExponent exponent: Double) -> Double {
    ((exponent + 1) / ((exponent + 2) * (exponent + 2) * (exponent + 3))).squareRoot()
  }
}
