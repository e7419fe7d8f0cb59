import GuidedDiffusion

extension KernelCase {
  /// Pools of every kind and resizes in both directions.
  static let images: [KernelCase] = {
    let reductions: [(Pooling.Reduction, String)] = [
      (.maximum, "max"), (.mean(countsPadding: false), "mean inside"),
      (.mean(countsPadding: true), "mean"),
    ]
    let pools = reductions.flatMap { reduction, name in
      [(3, 2, 0, 7, 17), (3, 1, 1, 5, 8), (2, 2, 1, 6, 1), (8, 1, 0, 8, 24)].map {
        size, stride, padding, edge, channels in
        KernelCase(
          "\(name) of \(size)x\(size)/\(stride) padded \(padding) @\(edge) x \(channels)",
          batch: edge % 3 + 1
        ) { graph in
          let x = graph.input("x", .batched(edge, edge + (size == edge ? 0 : 2), channels))
          return graph.pool(x, reduction, size: size, stride: stride, padding: padding)
        }
      }
    }
    let resizes = [(1, 5, 3), (7, 19, 3), (32, 15, 1), (9, 9, 12)].map { edge, target, channels in
      KernelCase("resize \(edge) to \(target) x \(channels)", batch: channels % 4 + 1) { graph in
        let x = graph.input("x", .batched(edge, edge + 1, channels))
        return graph.resize(x, height: target, width: target, filter: .bilinearFromCorner)
      }
    }
    let cubics = [(1, 5, 3), (7, 19, 3), (20, 9, 1), (9, 8, 12)].map { edge, target, channels in
      KernelCase("bicubic \(edge) to \(target) x \(channels)", batch: channels % 4 + 1) { graph in
        let x = graph.input("x", .batched(edge, edge + 1, channels))
        return graph.resize(x, height: target, width: target, filter: .bicubic)
      }
    }
    return pools + resizes + cubics
  }()

  /// Convolutions with bias and relu: rows, columns, strides, no padding.
  static let biasedConvolutions: [KernelCase] = {
    let shapes: [(height: Int, width: Int, stride: Int, isPadded: Bool)] = [
      (1, 1, 1, true), (1, 7, 1, true), (7, 1, 1, true), (5, 5, 1, true), (3, 3, 2, false),
      (3, 3, 1, false),
    ]
    return shapes.enumerated().map { index, shape in
      biased(shape, index % 2 == 0 ? [3, 5] : [17, 33], .direct)
    } + [.winograd(2), .winograd(4), .winograd(6)].map { biased((3, 3, 1, true), [5, 33], $0) }
      + [.winograd(2), .winograd(4), .winograd(6)].map { biased((3, 3, 1, false), [17, 5], $0) }
  }()

  private static func biased(
    _ shape: (height: Int, width: Int, stride: Int, isPadded: Bool), _ channels: [Int],
    _ algorithm: ConvolutionAlgorithm
  ) -> KernelCase {
    let (rows, columns) = shape.isPadded ? (shape.height / 2, shape.width / 2) : (0, 0)
    let padding = Convolution.Padding(top: rows, left: columns, bottom: rows, right: columns)
    return KernelCase(
      "relu(\(shape.height)x\(shape.width)/\(shape.stride) \(channels) + bias) \(algorithm.name)",
      batch: 2, tolerance: 2e-4, algorithm: algorithm
    ) { graph in
      let x = graph.input("x", .batched(7, 8, channels[0]))
      let weights = graph.parameter("w", channels[1], channels[0], shape.height, shape.width)
      let y = graph.convolution(x, weights, stride: shape.stride, padding: padding)
      return graph.relu(graph.binary(.add, y, graph.parameter("b", channels[1])))
    }
  }
}
