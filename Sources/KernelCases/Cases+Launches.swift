import GuidedDiffusion

extension KernelCase {
  /// Where the lowering has two ways, the way that the other cases do not take.
  static let launches: [KernelCase] =
    threePasses + winogradParts + [
      attentionOfManyHeads, factorsOfOneVector, normBeforeSilu, functionsInARow,
    ]

  /// Convolutions whose weights no cache holds: Winograd's three passes as launches of their own.
  private static let threePasses: [KernelCase] = [
    (2, [160], 132, 3), (4, [17, 83], 96, 7), (6, [88], 60, 9),
  ].map { m, sources, outputs, edge in
    KernelCase(
      "3x3 winograd-\(m) \(sources)->\(outputs) @\(edge) in three passes", batch: 2,
      tolerance: 2e-4, algorithm: .winograd(m)
    ) { graph in
      let parts = sources.enumerated().map { index, channels in
        graph.scale(graph.input("x\(index)", .batched(edge, edge, channels)), by: 0.5)
      }
      let joined = parts.count == 1 ? parts[0] : graph.concatenate(parts)
      let active = graph.scale(graph.unary(.silu, joined), by: 1 / 0.596)
      let weights = graph.parameter("w", outputs, sources.reduce(0, +), 3, 3)
      return graph.unary(
        .clamp(-30...30), graph.convolution(active, weights, padding: .all(1)))
    }
  }

  /// A work space for one register tile: as many parts as there are, some of them beyond the batch.
  private static let winogradParts: [KernelCase] = threePasses.map { whole in
    var parts = KernelCase("\(whole.name) in parts", whole)
    parts.workspace = 1
    return parts
  }

  /// Enough heads for all cores.
  private static let attentionOfManyHeads = KernelCase("attention 40 x 5 @21", batch: 2) { graph in
    let parts = ["q", "k", "v"].map { name in
      graph.normalize(graph.input(name, .batched(3, 7, 200)), .channels(groups: 40))
    }
    return graph.attention(parts[0], parts[1], parts[2], heads: 40, scale: 0.4)
  }

  /// Linear layers of one vector, each a factor behind a convolution of another width.
  private static let factorsOfOneVector = KernelCase("factors of one vector", batch: 3) { graph in
    let vector = graph.unary(.silu, graph.input("c", .batched(11)))
    var x = graph.input("x", .batched(3, 5, 6))
    for (index, channels) in [19, 8, 24].enumerated() {
      let kernel = graph.parameter("k\(index)", channels, graph.shape(x).channels, 3, 3)
      let factor = graph.linear(vector, graph.parameter("w\(index)", channels, 11))
      x = graph.convolution(x, kernel, padding: .all(1))
      x = graph.binary(.multiply, x, graph.unary(.affine(scale: 1, shift: 1), factor))
    }
    return x
  }

  /// Pixel norm that stores its silu, too.
  private static let normBeforeSilu = KernelCase("silu of pixel norm", batch: 2) { graph in
    let x = graph.normalize(graph.input("x", .batched(3, 5, 13)), .channels(groups: 1))
    let active = graph.scale(graph.unary(.silu, x), by: 1 / 0.596)
    let y = graph.convolution(active, graph.parameter("w", 13, 13, 3, 3), padding: .all(1))
    return graph.combine([(x, 0.7), (y, 0.3)])
  }

  /// More functions than one launch takes, from a product on.
  private static let functionsInARow = KernelCase("functions in a row", batch: 3) { graph in
    let x = graph.input("x", .batched(5, 9))
    var y = graph.unary(.affine(scale: 1, shift: 0.25), graph.binary(.multiply, x, x))
    for function in [UnaryFunction.squareRoot, .reciprocal, .cosine, .exponential] {
      y = graph.unary(function, y)
    }
    return y
  }

  /// Dropout and its gradient under one key.
  static let dropouts: [KernelCase] = [5, 8, 19].map { channels in
    KernelCase("gradient of dropout of \(channels)", batch: 2) { graph in
      let x = graph.input("x", .batched(3, 5, channels))
      let zero = graph.unary(.affine(scale: 0, shift: 4321), graph.input("k", .batched(4)))
      let y = graph.dropout(x, keys: zero, Dropout(probability: 0.3, stream: 1 << 20))
      return graph.gradient(of: graph.unary(.cosine, y), withRespectTo: [x])[0]
    }
  }
}
