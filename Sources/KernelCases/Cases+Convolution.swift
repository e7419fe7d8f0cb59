import GuidedDiffusion

extension KernelCase {
  /// A 3x3 convolution with zero padding by one algorithm; `[channels in, channels out]`.
  static func convolution3x3(
    _ algorithm: ConvolutionAlgorithm, edge: Int, _ channels: [Int], batch: Int
  ) -> KernelCase {
    let tolerance: [ConvolutionAlgorithm: Double] = [.winograd(4): 2e-4, .winograd(6): 2e-4]
    return KernelCase(
      "3x3 \(algorithm.name) \(channels) @\(edge)x\(edge + 2)", batch: batch,
      tolerance: tolerance[algorithm] ?? 2e-5, algorithm: algorithm
    ) { graph in
      let x = graph.input("x", .batched(edge, edge + 2, channels[0]))
      let weights = graph.parameter("w", channels[1], channels[0], 3, 3)
      return graph.convolution(x, weights, padding: .all(1))
    }
  }

  /// Every algorithm at the edges of its tiles: odd images and channels, several batches.
  static let convolutions: [KernelCase] = algorithms.flatMap { algorithm in
    [1, 3, 7, 9].flatMap { edge in
      [[1, 5], [5, 17], [17, 1], [16, 32]].enumerated().map { index, channels in
        convolution3x3(
          algorithm, edge: edge, channels, batch: (edge + index) % 5 + 1)
      }
    }
  }

  private static let algorithms: [ConvolutionAlgorithm] = [
    .direct, .winograd(2), .winograd(4), .winograd(6),
  ]

  /// Other kernels, strides and paddings, which are always direct.
  static let otherConvolutions: [KernelCase] = [
    (1, 1, 0, 7, [17, 5], 3), (1, 1, 0, 1, [5, 33], 5), (2, 2, 0, 6, [9, 8], 2),
    (3, 2, 1, 9, [8, 17], 1), (5, 1, 2, 7, [3, 4], 2), (4, 3, 2, 9, [16, 24], 1),
  ].map { kernel, stride, padding, edge, channels, batch in
    KernelCase(
      "\(kernel)x\(kernel)/\(stride) \(channels) @\(edge)", batch: batch
    ) { graph in
      let x = graph.input("x", .batched(edge, edge, channels[0]))
      let weights = graph.parameter("w", channels[1], channels[0], kernel, kernel)
      return graph.convolution(x, weights, stride: stride, padding: .all(padding))
    }
  }

  /// silu and concatenation before a convolution, by every algorithm.
  static let prologues: [KernelCase] = algorithms.flatMap { algorithm in
    [[5, 17], [16, 8], [9]].map { sources in
      KernelCase(
        "3x3 \(algorithm.name) of silu(cat \(sources)) @7", batch: 2, tolerance: 2e-4,
        algorithm: algorithm
      ) { graph in
        let parts = sources.enumerated().map { index, channels in
          let x = graph.input("x\(index)", .batched(7, 7, channels))
          return graph.scale(x, by: 0.5 + Double(index))
        }
        let joined = parts.count == 1 ? parts[0] : graph.concatenate(parts)
        let active = graph.scale(graph.unary(.silu, joined), by: 1 / 0.596)
        let weights = graph.parameter("w", 12, sources.reduce(0, +), 3, 3)
        return graph.convolution(active, weights, padding: .all(1))
      }
    }
  }

  /// Concatenation and scales without silu: folded into the weights.
  static let concatenations: [KernelCase] = algorithms.map { algorithm in
    KernelCase(
      "3x3 \(algorithm.name) of cat", batch: 3, tolerance: 2e-4, algorithm: algorithm
    ) { graph in
      let a = graph.scale(graph.input("a", .batched(5, 5, 9)), by: 0.25)
      let b = graph.scale(graph.input("b", .batched(5, 5, 3)), by: 3)
      let weights = graph.parameter("w", 6, 12, 3, 3)
      return graph.convolution(graph.concatenate([a, b]), weights, padding: .all(1))
    }
  }

  /// Every combination of what may follow a convolution, direct and by Winograd.
  static let epilogues: [KernelCase] = (0..<16).map { steps in
    let algorithm: ConvolutionAlgorithm = steps % 2 == steps / 8 ? .direct : .winograd(2)
    return KernelCase(
      "epilogue \(steps) of 3x3 \(algorithm.name)", batch: 2, algorithm: algorithm
    ) { graph in
      let x = graph.input("x", .batched(5, 3, 6))
      let embedding = graph.input("c", .batched(19))
      let residual = graph.input("r", .batched(5, 3, 19))
      let weights = graph.parameter("w", 19, 6, 3, 3)
      var y = graph.convolution(x, weights, padding: .all(1))
      if steps & 1 != 0 {
        let factor = graph.unary(.affine(scale: 1, shift: 1), embedding)
        y = graph.binary(.multiply, y, factor)
      }
      if steps & 2 != 0 { y = graph.scale(graph.unary(.silu, y), by: 1 / 0.596) }
      if steps & 4 != 0 { y = graph.combine([(residual, 0.8), (y, 0.4)]) }
      if steps & 8 != 0 { y = graph.unary(.clamp(-1.5...1.5), y) }
      return y
    }
  }

  /// Linear layers over rows of several axes.
  static let linears: [KernelCase] = [([1], 7, 1), ([17], 5, 4), ([3, 3, 5], 17, 2)].map {
    dimensions, outputs, batch in
    KernelCase("linear \(dimensions) to \(outputs)", batch: batch) { graph in
      let shape: Shape =
        dimensions.count == 1
        ? .batched(dimensions[0]) : .batched(dimensions[0], dimensions[1], dimensions[2])
      let x = graph.input("x", shape)
      return graph.linear(x, graph.parameter("w", outputs, dimensions[dimensions.count - 1]))
    }
  }
}
