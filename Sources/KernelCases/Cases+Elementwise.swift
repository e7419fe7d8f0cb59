import GuidedDiffusion

extension KernelCase {
  /// Every element-wise function of one value.
  static let unaries: [KernelCase] = [
    (.silu, "silu"), (.cosine, "cos"), (.exponential, "exp"), (.logarithm, "log"),
    (.squareRoot, "sqrt"), (.reciprocal, "1/x"), (.affine(scale: -2, shift: 0.5), "affine"),
    (.clamp(-0.5...1), "clamp"), (.gelu, "gelu"),
  ].map { (function: UnaryFunction, name: String) in
    KernelCase("\(name) [3, 3, 5]", batch: 3) { graph in
      var x = graph.input("x", .batched(3, 3, 5))
      // Logarithm, root and reciprocal need positive numbers, away from zero.
      if [.logarithm, .squareRoot, .reciprocal].contains(function) {
        x = graph.unary(.affine(scale: 1, shift: 0.5), graph.binary(.multiply, x, x))
      }
      return graph.unary(function, x)
    }
  }

  /// Every form of the second operand.
  static let binaries: [KernelCase] = [
    (.batched(3, 5, 9), false), (.batched(9), false), (.batched(1), false), (.fixed(9), true),
    (.fixed(), true),
  ].flatMap { (shape: Shape, isParameter: Bool) in
    [BinaryFunction.add, .multiply].map { function in
      KernelCase("\(function) [3, 5, 9] and \(shape)", batch: 2) { graph in
        let a = graph.input("a", .batched(3, 5, 9))
        let b =
          !isParameter
          ? graph.input("b", shape)
          : shape.dimensions.isEmpty ? graph.parameter("b") : graph.parameter("b", 9)
        return graph.binary(function, a, b)
      }
    }
  }

  /// Sums, norms, joins and slices.
  static let channels: [KernelCase] =
    [1, 5, 17].flatMap { channels in
      [
        KernelCase("combine \(channels)", batch: 4) { graph in
          let (a, b) = (
            graph.input("a", .batched(3, 3, channels)), graph.input("b", .batched(3, 3, channels))
          )
          return graph.combine([(a, 0.3), (b, -1.2)])
        },
        KernelCase("pixel norm \(channels)", batch: 2) { graph in
          graph.normalize(graph.input("x", .batched(7, 3, channels)), .channels(groups: 1))
        },
        // One channel less its mean is nothing.
        KernelCase("layer norm \(channels + 1)", batch: 3) { graph in
          let x = graph.input("x", .batched(7, 3, channels + 1))
          return graph.standardize(graph.unary(.affine(scale: 2, shift: 5), x), epsilon: 1e-3)
        }.inHalves(2e-2),
      ]
    } + [
      KernelCase("norm of 3 groups of 5", batch: 2) { graph in
        graph.normalize(graph.input("x", .batched(3, 3, 15)), .channels(groups: 3))
      },
      KernelCase("concatenation of 3 and 5 and 1", batch: 3) { graph in
        graph.concatenate(
          [3, 5, 1].map { graph.input("x\($0)", .batched(3, 2, $0)) })
      },
      KernelCase("slice 3..<8 of 17", batch: 2) { graph in
        graph.slice(graph.input("x", .batched(2, 3, 17)), 3..<8)
      },
      KernelCase("slice 8..<24 of 33 as it lies", batch: 2) { graph in
        let x = graph.slice(graph.input("x", .batched(2, 3, 33)), 8..<24)
        return graph.linear(x, graph.parameter("w", 5, 16))
      },
      KernelCase("reshape", batch: 2) { graph in
        let x = graph.reshape(graph.input("x", .batched(4, 3, 5)), .batched(12, 5))
        return graph.scale(x, by: 2)
      },
      KernelCase("a constant channel", batch: 2) { graph in
        let x = graph.input("x", .batched(3, 3, 2))
        return graph.concatenate([x, graph.fill(1, .batched(3, 3, 1))])
      },
    ]

  /// Filters of several lengths, both ways.
  static let resamplings: [KernelCase] = [[1, 1], [1, 3, 3, 1], [1, 2, 5, 4, 1, 1]].flatMap {
    filter in
    [(Resampling.Direction.down, 2), (.down, 6), (.up, 1), (.up, 3), (.up, 7)].map {
      direction, edge in
      KernelCase("\(direction) \(filter.count) taps @\(edge)", batch: edge % 3 + 1) { graph in
        graph.resample(graph.input("x", .batched(edge, 4, 5)), direction, filter: filter)
      }
    }
  }

  /// Few and many tokens (more than one block of keys), odd heads, with and without norms.
  static let attentions: [KernelCase] = [
    (1, 1, 1, 5), (3, 3, 2, 17), (7, 7, 3, 16), (9, 9, 1, 24), (17, 17, 2, 8),
  ].flatMap { height, width, heads, channels in
    [true, false].map { hasNorms in
      KernelCase(
        "attention \(heads) x \(channels) @\(height * width)\(hasNorms ? " normed" : "")",
        batch: height % 2 + 1, tolerance: hasNorms ? 2e-5 : 1e-4
      ) { graph in
        let qkv = graph.input("qkv", .batched(height, width, 3 * heads * channels))
        let parts = (0..<3).map { part in
          let size = heads * channels
          let x = graph.slice(qkv, part * size..<(part + 1) * size)
          return hasNorms ? graph.normalize(x, .channels(groups: heads)) : x
        }
        return graph.attention(
          parts[0], parts[1], parts[2], heads: heads,
          // Large scores: a softmax that does not subtract the largest overflows.
          scale: hasNorms ? 1 / Double(channels).squareRoot() : 20)
      }
    }
  }
}
