import GuidedDiffusion

extension KernelCase {
  /// A gradient for one of several inputs: of Σ cos(y), so that every element of y counts.
  private static func gradient(
    _ name: String, batch: Int = 3, tolerance: Double = 2e-5, of shapes: [Shape],
    algorithm: ConvolutionAlgorithm = .direct,
    _ build: @escaping (inout Graph, [Graph.Value]) -> Graph.Value
  ) -> [KernelCase] {
    shapes.indices.map { index in
      KernelCase(
        "gradient \(index) of \(name)", batch: batch, tolerance: tolerance, algorithm: algorithm
      ) { graph in
        let x = shapes.enumerated().map { graph.input("x\($0)", $1) }
        let loss = graph.unary(.cosine, build(&graph, x))
        return graph.gradient(of: loss, withRespectTo: [x[index]])[0]
      }
    }
  }

  /// Convolutions and linear layers whose weights change from run to run, at tile edges.
  static let trainedConvolutions: [KernelCase] = {
    var cases: [KernelCase] = []
    for algorithm in [ConvolutionAlgorithm.direct, .winograd(2), .winograd(4), .winograd(6)] {
      for (height, width, inputs, outputs) in [(5, 3, 1, 5), (7, 9, 17, 8), (8, 8, 24, 33)] {
        cases += gradient(
          "\(algorithm.name) \(height)x\(width) \(inputs)->\(outputs)", batch: 2, tolerance: 2e-4,
          of: [.batched(height, width, inputs), .fixed(outputs, inputs, 3, 3)],
          algorithm: algorithm
        ) { $0.convolution($1[0], $0.normalize($1[1], .allButFirst), padding: .all(1)) }
      }
    }
    // Several parts, groups of channels, and a last block of tiles that is not full.
    for m in [2, 4] {
      for (edge, inputs, outputs) in [(18, 16, 40), (8, 104, 72)] {
        cases += gradient(
          "winograd-\(m) \(edge)x\(edge) \(inputs)->\(outputs)", batch: 9, tolerance: 2e-4,
          of: [.batched(edge, edge, inputs), .fixed(outputs, inputs, 3, 3)],
          algorithm: .winograd(m)
        ) { graph, x in
          let unit = graph.scale(
            graph.normalize(x[1], .allButFirst), by: 1 / Double(9 * inputs).squareRoot())
          return graph.convolution(x[0], unit, padding: .all(1))
        }
      }
    }
    for (inputs, outputs) in [(1, 5), (9, 17), (64, 24)] {
      let kernel = Shape.fixed(outputs, inputs, 1, 1)
      cases += gradient("1x1 \(inputs)->\(outputs)", of: [.batched(3, 5, inputs), kernel]) {
        $0.convolution($1[0], $1[1], padding: .all(0))
      }
      let weights = Shape.fixed(outputs, inputs)
      cases += gradient(
        "linear \(inputs)->\(outputs)", batch: 300, of: [.batched(inputs), weights]
      ) { $0.linear($1[0], $1[1]) }
    }
    let padding = Convolution.Padding(top: 1, left: 0, bottom: 3, right: 2)
    cases += gradient("5x3 unevenly padded", of: [.batched(6, 7, 3), .fixed(4, 3, 5, 3)]) {
      $0.convolution($1[0], $1[1], padding: padding)
    }
    return cases
  }()

  /// Norms, attention, and what moves elements about.
  static let gradients: [KernelCase] = {
    var cases = gradient("pixel norm", of: [.batched(3, 5, 13)]) {
      $0.normalize($1[0], .channels(groups: 1))
    }
    cases += gradient("norm of groups of 16", of: [.batched(7, 48)]) {
      $0.normalize($1[0], .channels(groups: 3), epsilon: 0.1)
    }
    cases += gradient("norm of rows", of: [.fixed(5, 3, 3, 3)]) {
      $0.normalize($1[0], .allButFirst)
    }
    cases += gradient("rows in another order", of: [.fixed(5, 7)]) {
      $0.gather($1[0], [3, 1, 4, 0, 2])
    }
    cases += gradient("transpose", of: [.fixed(5, 7)]) { $0.transpose($1[0]) }
    cases += gradient("reshape", of: [.fixed(4, 6)]) { $0.reshape($1[0], .fixed(3, 8)) }
    for (edge, channels, heads) in [(3, 8, 1), (8, 16, 2), (5, 24, 3)] {
      let shapes = [Shape](repeating: .batched(edge, edge, channels), count: 3)
      cases += gradient(
        "attention \(edge)x\(edge) \(heads)x\(channels / heads)", tolerance: 1e-4, of: shapes
      ) { $0.attention($1[0], $1[1], $1[2], heads: heads, scale: 0.7) }
    }
    cases += gradient("concatenation", of: [.batched(3, 8), .batched(3, 5)]) {
      $0.concatenate($1)
    }
    cases += gradient("slices", of: [.batched(3, 24)]) { graph, x in
      graph.binary(.multiply, graph.slice(x[0], 0..<8), graph.slice(x[0], 16..<24))
    }
    for filter in [[1, 1], [1, 3, 3, 1]] as [[Double]] {
      cases += gradient("resample \(filter.count) taps", of: [.batched(4, 6, 5)]) { graph, x in
        graph.resample(graph.resample(x[0], .down, filter: filter), .up, filter: filter)
      }
    }
    return cases
  }()

  /// Networks whose launches become one: below a block of rows, at it and above; two parts, of which
  /// the second is not full.
  static let chains: [KernelCase] = [1, 63, 64, 130, 600].flatMap { batch in
    gradient(
      "perceptron", batch: batch, tolerance: 1e-4,
      of: [.batched(5), .fixed(24, 5), .fixed(16, 27), .fixed()]
    ) { graph, x in
      let hidden = graph.unary(.silu, graph.linear(x[0], x[1]))
      let y = graph.linear(graph.concatenate([graph.slice(hidden, 0..<3), hidden]), x[2])
      let sum = graph.scale(graph.sum(y, to: .batched(1)), by: 0.05)
      return graph.binary(.multiply, sum, x[3])
    }.map { item in
      var item = item
      item.joinsRows = true
      return item
    }
  }

  /// Expressions: every function, every broadcast, every sum.
  static let expressions: [KernelCase] = {
    var cases: [KernelCase] = []
    let functions: [(UnaryFunction, String)] = [
      (.silu, "silu"), (.cosine, "cos"), (.exponential, "exp"), (.logarithm, "log"),
      (.squareRoot, "sqrt"), (.reciprocal, "1/x"), (.clamp(0.6...1), "clamp"),
    ]
    for (function, name) in functions {
      cases += gradient(name, of: [.batched(3, 13)]) { graph, x in
        let positive = graph.unary(
          .affine(scale: 0.3, shift: 0.5), graph.binary(.multiply, x[0], x[0]))
        return graph.unary(function, positive)
      }
    }
    let seconds: [Shape] = [
      .batched(2, 3, 9), .batched(9), .batched(1), .fixed(9), .fixed(),
    ]
    for second in seconds {
      cases += gradient("product with \(second)", batch: 5, of: [.batched(2, 3, 9), second]) {
        $0.binary(.multiply, $1[0], $1[1])
      }
    }
    cases += gradient("product of weights and gain", of: [.fixed(5, 3, 3, 3), .fixed()]) {
      $0.binary(.multiply, $1[0], $1[1])
    }
    // Sixteen channels at a time.
    cases += gradient("silu of 16", of: [.batched(3, 16)]) { $0.unary(.silu, $1[0]) }
    for second in [Shape.batched(2, 3, 32), .batched(32), .batched(1), .fixed(32), .fixed()] {
      cases += gradient("product with \(second)", batch: 5, of: [.batched(2, 3, 32), second]) {
        $0.binary(.multiply, $1[0], $1[1])
      }
    }
    let three = [Shape](repeating: .batched(3, 5), count: 3)
    cases += gradient("combination", of: three) {
      $0.combine([($1[0], 2), ($1[1], -0.5), ($1[2], 1)])
    }
    return cases
  }()
}
