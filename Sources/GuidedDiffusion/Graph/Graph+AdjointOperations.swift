/// The builders of what gradients are made of, each with its shape rule.
extension Graph {
  /// Sums of x over what `shape` lacks: the transpose of ``broadcast(_:to:)``.
  ///
  /// - Parameters:
  ///   - x: `[N, ..., C]`, or without N.
  ///   - shape: a scalar (`[]`, `[N, 1]`), `[C]` or `[N, C]`; without N the sum is over images too.
  /// - Returns: a value of that shape.
  public mutating func sum(_ x: Value, to shape: Shape) -> Value {
    precondition(shape.broadcasts(over: self.shape(x)), "sum of \(self.shape(x)) to \(shape)")
    return shape == self.shape(x) ? x : append(.sum, [x], shape: shape)
  }

  /// x repeated over a larger shape (see ``BinaryFunction``).
  public mutating func broadcast(_ x: Value, to shape: Shape) -> Value {
    precondition(self.shape(x).broadcasts(over: shape), "\(self.shape(x)) over \(shape)")
    return shape == self.shape(x) ? x : append(.broadcast, [x], shape: shape)
  }

  /// Weights with the roles of input and output exchanged (see ``Operation/transpose``).
  public mutating func transpose(_ weights: Value) -> Value {
    let kernel = shape(weights)
    precondition(
      !kernel.isBatched && [2, 4].contains(kernel.dimensions.count), "transpose of \(kernel)")
    let (operation, operands) = (self[weights].operation, self[weights].operands)
    if operation == .transpose { return operands[0] }
    // (gᵀ x)ᵀ = xᵀ g
    if operation == .linearWeights { return linearWeights(operands[1], operands[0]) }
    let exchanged = [kernel.dimensions[1], kernel.dimensions[0]] + kernel.dimensions[2...]
    return append(.transpose, [weights], shape: Shape(isBatched: false, dimensions: exchanged))
  }

  /// Gradient of a convolution for its weights.
  ///
  /// - Parameters:
  ///   - x: what was convolved, `[N, H, W, Cin]`.
  ///   - gradient: that of the result, `[N, H', W', Cout]`.
  ///   - convolution: stride and padding.
  ///   - kernel: shape of the weights, `[Cout, Cin, kh, kw]`.
  /// - Returns: a value of the weights' shape.
  public mutating func convolutionWeights(
    _ x: Value, _ gradient: Value, _ convolution: Convolution, kernel: Shape
  ) -> Value {
    let (x0, g0, k) = (shape(x), shape(gradient), kernel.dimensions)
    precondition(
      x0.channels == k[1] && g0.channels == k[0] && x0.isBatched && g0.isBatched,
      "weights \(kernel) from \(x0) and \(g0)")
    return append(.convolutionWeights(convolution), [x, gradient], shape: kernel)
  }

  /// Gradient of a linear layer for its weights: gᵀ x.
  ///
  /// - Parameters:
  ///   - x: `[N, ..., Cin]`.
  ///   - gradient: `[N, ..., Cout]`.
  /// - Returns: `[Cout, Cin]`.
  public mutating func linearWeights(_ x: Value, _ gradient: Value) -> Value {
    let (x0, g0) = (shape(x), shape(gradient))
    precondition(
      x0.rows == g0.rows && x0.isBatched == g0.isBatched, "weights from \(x0) and \(g0)")
    return append(.linearWeights, [x, gradient], shape: .fixed(g0.channels, x0.channels))
  }

  /// Gradient of attention for q, k and v, joined along the channels.
  ///
  /// - Returns: `[N, H, W, 3 C]`.
  public mutating func attentionGradient(
    _ q: Value, _ k: Value, _ v: Value, _ gradient: Value, _ attention: Attention
  ) -> Value {
    let shapes = Set([q, k, v, gradient].map { shape($0) })
    precondition(shapes.count == 1, "gradient of attention of \(shapes)")
    return append(
      .attentionGradient(attention), [q, k, v, gradient],
      shape: shape(q).withChannels(3 * shape(q).channels))
  }

  /// Gradient of ``normalize(_:_:epsilon:)``.
  public mutating func normalizeGradient(
    _ x: Value, _ gradient: Value, _ normalization: Normalization
  ) -> Value {
    precondition(shape(x) == shape(gradient), "norm of \(shape(x)) and \(shape(gradient))")
    return append(.normalizeGradient(normalization), [x, gradient], shape: shape(x))
  }
}
