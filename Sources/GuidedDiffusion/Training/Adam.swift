/// The optimiser's settings (Kingma and Ba, arXiv 1412.6980), as `torch.optim.Adam` applies them:
///
/// m ← β₁ m + (1 - β₁) g, v ← β₂ v + (1 - β₂) g²,
/// θ ← θ - rate / (1 - β₁ᵗ) m / (sqrt(v) / sqrt(1 - β₂ᵗ) + ε), t = 1, 2, ...
public struct Adam: Hashable, Codable, Sendable {
  /// Decay of the mean of gradients.
  public var beta1: Double

  /// Decay of the mean of their squares.
  public var beta2: Double

  /// Added to the root of the mean square.
  public var epsilon: Double

  /// Settings; the defaults are those of EDM2 and of the 2D example.
  public init(beta1: Double = 0.9, beta2: Double = 0.99, epsilon: Double = 1e-8) {
    self.beta1 = beta1
    self.beta2 = beta2
    self.epsilon = epsilon
  }

  /// What step t multiplies m by, and sqrt(v) by.
  func factors(step: Int, rate: Double) -> (mean: Double, root: Double) {
    precondition(step > 0, "steps count from 1")
    func power(_ base: Double) -> Double { Elementary.power(base, Double(step)) }
    return (rate / (1 - power(beta1)), 1 / (1 - power(beta2)).squareRoot())
  }
}
