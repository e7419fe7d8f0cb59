import Testing

@testable import GuidedDiffusion

/// Every rule against central differences in `Double`.
@Suite("gradient of every operation") struct GradientRulesTests {
  /// Compares the gradient of Σ cos(y) for every operand of an operation; the outer cosine gives
  /// every element of y a gradient of its own. `isPositive`: only positive operands.
  static func check(
    _ shapes: [Shape], isPositive: Bool = false, sourceLocation: SourceLocation = #_sourceLocation,
    _ build: (inout Graph, [Graph.Value]) -> Graph.Value
  ) throws {
    let images = 3
    var numbers = RandomNumbers(seed: 7)
    var graph = Graph()
    var inputs: [String: Tensor<Double>] = [:]
    let operands = shapes.enumerated().map { index, shape in
      let count = shape.count * (shape.isBatched ? images : 1)
      let elements: [Double] = numbers.normals(count)
      inputs["x\(index)"] = Tensor(
        shape: (shape.isBatched ? [images] : []) + shape.dimensions,
        elements: isPositive ? elements.map { abs($0) + 0.5 } : elements)
      return graph.input("x\(index)", shape)
    }
    let loss = graph.unary(.cosine, build(&graph, operands))
    graph.name(loss, "loss")
    for (index, gradient) in graph.gradient(of: loss, withRespectTo: operands).enumerated() {
      graph.name(gradient, "gradient\(index)")
    }
    let executable = try CPUExecutable<Double>(
      compiling: graph, parameters: RandomParameters(seed: 1), outputs: Array(graph.names.keys))
    let results = executable.run(inputs)
    for index in shapes.indices {
      let actual = try #require(results["gradient\(index)"]).elements
      let tensor = try #require(inputs["x\(index)"])
      let expected = tensor.elements.indices.map { element in
        func total(_ step: Double) -> Double {
          var (moved, elements) = (inputs, tensor.elements)
          elements[element] += step
          moved["x\(index)"] = Tensor(shape: tensor.shape, elements: elements)
          return executable.run(moved)["loss"]?.elements.reduce(0, +) ?? .nan
        }
        return (total(1e-5) - total(-1e-5)) / 2e-5
      }
      let error = relativeError(actual, expected)
      #expect(error < 1e-7, "operand \(index): \(error)", sourceLocation: sourceLocation)
    }
  }

  @Test("convolution", arguments: [1, 3])
  func convolution(edge: Int) throws {
    for padding in [Convolution.Padding.all(edge / 2), .init(top: 0, left: 1, bottom: 2, right: 0)]
    where padding == .all(edge / 2) || edge == 3 {
      try Self.check([.batched(4, 5, 3), .fixed(2, 3, edge, edge)]) {
        $0.convolution($1[0], $1[1], padding: padding)
      }
    }
  }

  @Test("linear and transpose")
  func linear() throws {
    try Self.check([.batched(2, 5), .fixed(3, 5)]) { $0.linear($1[0], $1[1]) }
    try Self.check([.batched(3), .fixed(3, 5)]) { $0.linear($1[0], $0.transpose($1[1])) }
    try Self.check([.batched(3, 3, 4), .fixed(4, 2, 3, 3)]) {
      $0.convolution($1[0], $0.transpose($1[1]), padding: .all(1))
    }
  }

  @Test("gradients for weights, differentiated once more")
  func weights() throws {
    try Self.check([.batched(2, 5), .batched(2, 3)]) { $0.linearWeights($1[0], $1[1]) }
    try Self.check([.batched(4, 3, 2), .batched(4, 3, 5)]) {
      let convolution = Convolution(stride: 1, padding: .all(1))
      return $0.convolutionWeights($1[0], $1[1], convolution, kernel: .fixed(5, 2, 3, 3))
    }
  }

  @Test("attention")
  func attention() throws {
    try Self.check([.batched(2, 3, 8), .batched(2, 3, 8), .batched(2, 3, 8)]) {
      $0.attention($1[0], $1[1], $1[2], heads: 2, scale: 0.5)
    }
  }

  @Test("normalisation")
  func normalization() throws {
    try Self.check([.batched(2, 6)]) { $0.normalize($1[0], .channels(groups: 1)) }
    try Self.check([.batched(2, 6)]) { $0.normalize($1[0], .channels(groups: 3), epsilon: 0.1) }
    try Self.check([.fixed(4, 5, 3)]) { $0.normalize($1[0], .allButFirst) }
    try Self.check([.batched(2, 6)]) { graph, x in
      // By the gradient alone: x is the same for every image.
      let fixed = graph.broadcast(graph.parameter("p", 6), to: .batched(2, 6))
      return graph.normalizeGradient(
        fixed, x[0], Normalization(axes: .channels(groups: 2), epsilon: 0.1))
    }
  }

  @Test("element-wise functions of one value")
  func unary() throws {
    let functions: [UnaryFunction] = [
      .silu, .sigmoid, .cosine, .exponential, .logarithm, .squareRoot, .reciprocal,
      .affine(scale: -2, shift: 3), .clamp(0.8...1.5),
    ]
    for function in functions {
      try Self.check([.batched(2, 7)], isPositive: true) { $0.unary(function, $1[0]) }
    }
    try Self.check([.batched(2, 7)]) { graph, x in
      graph.binary(.multiply, x[0], graph.unary(.inside(-1...0.5), x[0]))
    }
  }

  @Test("second derivatives of element-wise functions")
  func second() throws {
    for function in [UnaryFunction.silu, .sigmoid, .cosine, .exponential, .reciprocal] {
      try Self.check([.batched(7)], isPositive: true) { graph, x in
        let y = graph.unary(function, x[0])
        return graph.gradient(of: y, withRespectTo: x)[0]
      }
    }
  }

  @Test("element-wise functions of two values, with every broadcast")
  func binary() throws {
    let seconds: [Shape] = [
      .batched(2, 5), .batched(5), .batched(1), .fixed(5), .fixed(),
    ]
    for function in [BinaryFunction.add, .multiply] {
      for second in seconds {
        try Self.check([.batched(2, 5), second]) { $0.binary(function, $1[0], $1[1]) }
      }
      try Self.check([.fixed(4, 3), .fixed()]) { $0.binary(function, $1[0], $1[1]) }
    }
  }

  @Test("sums and repetitions")
  func sums() throws {
    for shape in [Shape.batched(1), .batched(5), .fixed(5), .fixed()] {
      try Self.check([.batched(2, 3, 5)]) { $0.sum($1[0], to: shape) }
      try Self.check([shape]) { $0.broadcast($1[0], to: .batched(2, 3, 5)) }
    }
  }

  @Test("combinations, concatenations, slices, rows, shapes")
  func arrangement() throws {
    try Self.check([.batched(4), .batched(4), .batched(4)]) {
      $0.combine([($1[0], 2), ($1[1], -0.5), ($1[2], 1), ($1[0], 1)])
    }
    try Self.check([.batched(2, 3), .batched(2, 4)]) { $0.concatenate($1) }
    try Self.check([.batched(2, 8)]) { graph, x in
      // Overlapping slices, and channels that none of them takes.
      let parts = [graph.slice(x[0], 1..<4), graph.slice(x[0], 3..<6), graph.slice(x[0], 4..<7)]
      return graph.binary(.multiply, graph.combine([(parts[0], 1), (parts[1], 1)]), parts[2])
    }
    try Self.check([.fixed(4, 3)]) { $0.gather($1[0], [2, 0, 3, 1]) }
    try Self.check([.batched(2, 6)]) { $0.reshape($1[0], .batched(3, 4)) }
  }

  @Test("resampling", arguments: [[1, 1], [1, 3, 3, 1]] as [[Double]])
  func resampling(filter: [Double]) throws {
    try Self.check([.batched(4, 6, 2)]) { $0.resample($1[0], .down, filter: filter) }
    try Self.check([.batched(2, 3, 2)]) { $0.resample($1[0], .up, filter: filter) }
  }

  @Test("what does not matter has a gradient of zero")
  func unrelated() throws {
    var graph = Graph()
    let (x, z) = (graph.input("x", .batched(2)), graph.input("z", .batched(3)))
    let gradients = graph.gradient(of: graph.scale(x, by: 2), withRespectTo: [x, z])
    #expect(graph[gradients[0]].operation == .fill(2) || graph.shape(gradients[0]) == .batched(2))
    #expect(graph[gradients[1]].operation == .fill(0))
    #expect(graph.shape(gradients[1]) == .batched(3))
  }
}
