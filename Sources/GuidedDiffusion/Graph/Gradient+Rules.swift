/// The gradient of every operation: g = dL/dy in, dL/dx out for each operand x.
extension Gradient {
  mutating func apply(
    _ node: Graph.Node, value y: Graph.Value, gradient g: Graph.Value, in graph: inout Graph
  ) {
    let x = node.operands
    switch node.operation {
    case .input, .parameter, .fill: break
    case .convolution(let convolution):
      add(x[0]) { Self.image(of: convolution, g, weights: x[1], in: &graph) }
      add(x[1]) {
        graph.convolutionWeights(x[0], g, convolution, kernel: graph.shape(x[1]))
      }
    case .linear:
      add(x[0]) { graph.linear(g, graph.transpose(x[1])) }
      add(x[1]) { graph.linearWeights(x[0], g) }
    case .attention(let attention):
      let joined = graph.attentionGradient(x[0], x[1], x[2], g, attention)
      let width = node.shape.channels
      for (part, operand) in x.enumerated() {
        add(operand) { graph.slice(joined, part * width..<(part + 1) * width) }
      }
    case .normalize(let norm):
      add(x[0]) { graph.normalizeGradient(x[0], g, norm) }
    case .unary(let function):
      add(x[0]) { Self.unary(function, x: x[0], y: y, g, in: &graph) }
    case .binary(.add):
      add(x[0]) { g }
      add(x[1]) { graph.sum(g, to: graph.shape(x[1])) }
    case .binary(.multiply):
      add(x[0]) { graph.binary(.multiply, g, x[1]) }
      add(x[1]) { graph.sum(graph.binary(.multiply, g, x[0]), to: graph.shape(x[1])) }
    case .combine(let factors):
      for (operand, factor) in zip(x, factors) {
        add(operand) { factor == 1 ? g : graph.scale(g, by: factor) }
      }
    case .concatenate:
      var start = 0
      for operand in x {
        let width = graph.shape(operand).channels
        add(operand) { graph.slice(g, start..<start + width) }
        start += width
      }
    case .slice(let range):
      if isNeeded(x[0]) { add(g, to: x[0], channels: range) }
    case .resample(let resampling):
      add(x[0]) { Self.image(of: resampling, g, in: &graph) }
    case .pool, .resize, .groupNormalize, .standardize, .tokens, .row:
      preconditionFailure("\(node.operation) has no gradient: it serves inference")
    case .gather(let rows):
      add(x[0]) { Self.rows(rows, g, of: graph.shape(x[0]), in: &graph) }
    case .reshape:
      add(x[0]) { graph.reshape(g, graph.shape(x[0])) }
    case .sum:
      add(x[0]) { graph.broadcast(g, to: graph.shape(x[0])) }
    case .broadcast:
      add(x[0]) { graph.sum(g, to: graph.shape(x[0])) }
    case .transpose:
      add(x[0]) { graph.transpose(g) }
    case .dropout(let dropout):
      add(x[0]) { graph.dropout(g, keys: x[1], dropout) }
    case .convolutionWeights(let convolution):
      // Linear in both: y = ∂(x ∗ w · dy)/∂w.
      add(x[0]) { Self.image(of: convolution, x[1], weights: g, in: &graph) }
      add(x[1]) {
        graph.convolution(x[0], g, stride: convolution.stride, padding: convolution.padding)
      }
    case .linearWeights:
      add(x[0]) { graph.linear(x[1], graph.transpose(g)) }
      add(x[1]) { graph.linear(x[0], g) }
    case .normalizeGradient(let norm):
      // The Jacobian of `normalize` is symmetric.
      precondition(!isNeeded(x[0]), "no second derivative of a norm by what it divides")
      add(x[1]) { graph.normalizeGradient(x[0], g, norm) }
    case .attentionGradient:
      preconditionFailure("no second derivative of attention")
    }
  }
}

extension Gradient {
  /// Adds to an operand's gradient, if that is needed.
  private mutating func add(_ operand: Graph.Value, _ gradient: () -> Graph.Value?) {
    if isNeeded(operand), let gradient = gradient() { add(gradient, to: operand) }
  }

  /// g dy/dx of an element-wise function y of x; nil where it is zero everywhere.
  private static func unary(
    _ function: UnaryFunction, x: Graph.Value, y: Graph.Value, _ g: Graph.Value,
    in graph: inout Graph
  ) -> Graph.Value? {
    func complement(_ value: Graph.Value) -> Graph.Value {
      graph.unary(.affine(scale: -1, shift: 1), value)
    }
    let slope: Graph.Value
    switch function {
    case .silu:
      // s + y (1 - s), s = sigmoid(x).
      let sigmoid = graph.unary(.sigmoid, x)
      let rest = graph.binary(.multiply, y, complement(sigmoid))
      slope = graph.binary(.add, sigmoid, rest)
    case .gelu: preconditionFailure("gelu has no gradient: it serves inference")
    case .sigmoid: slope = graph.binary(.multiply, y, complement(y))
    case .cosine: slope = graph.unary(.cosine, graph.unary(.affine(scale: 1, shift: .pi / 2), x))
    case .exponential: slope = y
    case .logarithm: slope = graph.unary(.reciprocal, x)
    case .squareRoot: slope = graph.scale(graph.unary(.reciprocal, y), by: 0.5)
    case .reciprocal: slope = graph.scale(graph.binary(.multiply, y, y), by: -1)
    case .affine(let scale, _): return scale == 1 ? g : graph.scale(g, by: scale)
    case .clamp(let range): slope = graph.unary(.inside(range), x)
    case .inside: return nil
    }
    return graph.binary(.multiply, g, slope)
  }

  /// Gradient of a convolution for the image: its transpose, a convolution with transposed weights.
  private static func image(
    of convolution: Convolution, _ g: Graph.Value, weights: Graph.Value, in graph: inout Graph
  ) -> Graph.Value {
    precondition(convolution.stride == 1, "no gradient of a convolution of stride 2")
    let (kernel, padding) = (graph.shape(weights).dimensions, convolution.padding)
    return graph.convolution(
      g, graph.transpose(weights),
      padding: Convolution.Padding(
        top: kernel[2] - 1 - padding.top, left: kernel[3] - 1 - padding.left,
        bottom: kernel[2] - 1 - padding.bottom, right: kernel[3] - 1 - padding.right))
  }

  /// Gradient of a resampling for the image: `up` is 4 times the transpose of `down`.
  private static func image(
    of resampling: Resampling, _ g: Graph.Value, in graph: inout Graph
  ) -> Graph.Value {
    switch resampling.direction {
    case .down: graph.scale(graph.resample(g, .up, filter: resampling.filter), by: 0.25)
    case .up: graph.scale(graph.resample(g, .down, filter: resampling.filter), by: 4)
    }
  }

  /// Gradient of rows in another order: the rows put back.
  private static func rows(
    _ indices: [Int], _ g: Graph.Value, of shape: Shape, in graph: inout Graph
  ) -> Graph.Value {
    var places = [Int](repeating: -1, count: shape.dimensions[0])
    for (place, row) in indices.enumerated() { places[row] = place }
    precondition(
      indices.count == places.count && !places.contains(-1), "rows are repeated or left out")
    return graph.gather(g, places)
  }
}
