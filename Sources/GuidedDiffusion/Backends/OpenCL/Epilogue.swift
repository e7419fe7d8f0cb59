/// What a convolution does to its result before storing it, in this order; see `common.clh`.
struct Epilogue {
  /// y ← y (factor[n, c] + shift).
  var factor: (value: Graph.Value, shift: Double)?

  /// y ← gain silu(y).
  var gain: Double?

  /// y ← main residual + branch y.
  var residual: (value: Graph.Value, main: Double, branch: Double)?

  /// y ← clamp(y, ±limit).
  var limit: Double?

  /// y ← y + bias[c]; of those above only with a residual, branch being 1.
  var bias: Graph.Value?

  /// y ← max(y, 0), after the bias if any.
  var isRectified = false

  /// y ← gelu(y), after the bias if any.
  var hasGELU = false

  /// The bits by which the kernels know the steps.
  var steps: Int {
    (factor == nil ? 0 : 1) + (gain == nil ? 0 : 2) + (residual == nil ? 0 : 4)
      + (limit == nil ? 0 : 8)
      + (bias == nil ? 0 : 16) + (isRectified ? 32 : 0) + (hasGELU ? 64 : 0)
  }

  /// Values that must be there before the convolution runs.
  var operands: [Graph.Value] { [factor?.value, residual?.value, bias].compactMap { $0 } }
}
