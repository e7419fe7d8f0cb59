import GuidedDiffusion

extension KernelCase {
  /// What autoencoders need: group norms, residuals behind a bias, uneven padding, wide heads.
  static let autoencoders: [KernelCase] =
    groupNorms + biasedResiduals + [unevenPadding, normOfSlice, wideHead]

  /// Groups of one and of many channels; one block of pixels, several, and an incomplete one. A mean
  /// far from zero spoils a variance that is a difference of sums.
  private static let groupNorms: [KernelCase] = [
    (1, 1, 1, 1), (3, 3, 1, 5), (7, 5, 3, 15), (1, 9, 32, 32), (16, 64, 8, 16), (41, 25, 2, 16),
    (9, 29, 4, 128), (64, 33, 17, 17),
  ].map { height, width, groups, channels in
    KernelCase(
      "norm of \(groups) groups of \(channels) @\(height)x\(width)", batch: width % 3 + 1
    ) { graph in
      let x = graph.input("x", .batched(height, width, channels))
      return graph.groupNormalize(
        graph.unary(.affine(scale: 1, shift: 10), x), gain: graph.parameter("g", channels),
        bias: graph.parameter("b", channels), groups: groups, epsilon: 1e-3)
    }.inHalves(1e-2)
  }

  /// The second operand of a sum, the first, and a sum of two convolutions.
  private static let biasedResiduals: [KernelCase] = [
    ConvolutionAlgorithm.direct, .winograd(2), .winograd(4), .winograd(6),
  ].flatMap { algorithm in
    (0..<3).map { form in
      KernelCase(
        "residual \(form) of a biased 3x3 \(algorithm.name)", batch: form + 1, tolerance: 2e-4,
        algorithm: algorithm
      ) { graph in
        let x = graph.input("x", .batched(5, 6, 17))
        func layer(_ name: String, _ size: Int) -> Graph.Value {
          let weights = graph.parameter("\(name).w", 9, 17, size, size)
          let y = graph.convolution(x, weights, padding: .all(size / 2))
          return graph.binary(.add, y, graph.parameter("\(name).b", 9))
        }
        let residual =
          form == 2 ? layer("shortcut", 1) : graph.input("r", .batched(5, 6, 9))
        let y = layer("main", 3)
        return graph.combine(form == 0 ? [(y, 1), (residual, 0.5)] : [(residual, 1), (y, 1)])
      }
    }
  }

  private static let unevenPadding = KernelCase("3x3/2 padded behind", batch: 2) { graph in
    let x = graph.input("x", .batched(8, 6, 5))
    let padding = Convolution.Padding(top: 0, left: 0, bottom: 1, right: 1)
    return graph.convolution(
      x, graph.parameter("w", 17, 5, 3, 3), stride: 2, padding: padding)
  }

  private static let normOfSlice = KernelCase("norm of 2 groups of a slice", batch: 3) { graph in
    let x = graph.slice(graph.input("x", .batched(5, 3, 33)), 8..<24)
    return graph.groupNormalize(
      x, gain: graph.parameter("g", 16), bias: graph.parameter("b", 16), groups: 2,
      epsilon: 1e-6)
  }

  /// One head of more channels than usual.
  private static let wideHead = KernelCase("attention 1 x 136 @35", batch: 1) { graph in
    let parts = ["q", "k", "v"].map { graph.input($0, .batched(7, 5, 136)) }
    return graph.attention(
      parts[0], parts[1], parts[2], heads: 1, scale: 1 / 136.0.squareRoot())
  }
}
