import RealModule

/// A number type of the sampler's state: `Float` as the official sampler, `Double` as an option.
public protocol SamplerScalar: Real & BinaryFloatingPoint & BitwiseCopyable & Sendable {}

extension Float: SamplerScalar {}
extension Double: SamplerScalar {}

/// Main network, guides and the fused guidance step, compiled for one device: what a sampler
/// drives.
///
/// A plan holds the state x of one batch, `[N, H, W, C]`, and computes on it without handing it
/// back between steps. With D the guided denoiser
///
///     D = D_m                              weights == nil: the guides do not run
///     D = lerp(D_g, D_m, w)                one guide (AG eq. 3; rounded as `torch.lerp`)
///     D = D_m + Σ (w_i - 1)(D_m - D_i)     several (AG eq. 6)
///
/// where each D_i = c_skip x + c_out F_i is preconditioned with its own network's sigma_data.
/// Results for an image do not depend on the other images of the batch nor on their number.
/// A plan has one owner; it is not Sendable.
public protocol GuidedPlan<State>: AnyObject {
  /// Type of the state.
  associatedtype State: SamplerScalar

  /// Largest batch.
  var capacity: Int { get }

  /// Starts a batch.
  ///
  /// - Parameters:
  ///   - x: the state, `[N, H, W, C]`, N at most ``capacity``.
  ///   - classes: one class per image, or nil for all-zero labels; networks without labels
  ///     ignore them.
  /// - Throws: what the device reports.
  func begin(x: [State], classes: [Int]?) throws

  /// x ← x + scale noise; `noise` is `[N, H, W, C]`.
  func addNoise(_ noise: [State], scale: State) throws

  /// Euler step: d ← (x - D(x; sigma)) / sigma, x̂ ← x, x ← x̂ + (next - sigma) d.
  ///
  /// d and x̂ are kept for ``correct(from:to:weights:)``.
  func euler(from sigma: State, to next: State, weights: [Double]?) throws

  /// Second-order correction after ``euler(from:to:weights:)`` with the same levels:
  /// d' ← (x - D(x; next)) / next, x ← x̂ + (next - sigma) (d/2 + d'/2).
  func correct(from sigma: State, to next: State, weights: [Double]?) throws

  /// Waits for the steps asked for so far; a sampler does so once per step, so that progress is
  /// true and a cancelled run stops between steps.
  func wait() throws

  /// Waits and returns the state, `[N, H, W, C]`.
  func finish() throws -> [State]
}

extension GuidedPlan {
  /// Nothing to wait for: the plan computes while it is called.
  public func wait() {}
}
