import GuidedDiffusion

extension KernelCase {
  /// What a vision transformer is made of besides attention.
  static let transformers: [KernelCase] =
    [1, 5, 17].flatMap { channels in
      [
        KernelCase("tokens \(channels)", batch: 3) { graph in
          let x = graph.input("x", .batched(3, 2, channels))
          return graph.tokens(x, graph.parameter("t", 7, channels))
        },
        KernelCase("row 4 of tokens \(channels)", batch: 4) { graph in
          let x = graph.scale(graph.input("x", .batched(1, 7, channels)), by: 0.5)
          return graph.unary(.gelu, graph.row(x, 4))
        },
      ]
    }
    + [(8, 16), (17, 5), (24, 33)].flatMap { inputs, outputs in
      [
        KernelCase("gelu(linear \(inputs) to \(outputs) + bias)", batch: 2) { graph in
          graph.unary(.gelu, biased(&graph, inputs, outputs))
        },
        KernelCase("residual + linear \(inputs) to \(outputs) + bias", batch: 3) { graph in
          let r = graph.input("r", .batched(1, 9, outputs))
          return graph.combine([(r, 0.7), (biased(&graph, inputs, outputs), 1)])
        },
        // The bias cannot wait until the sum is made.
        KernelCase("residual + 2 (linear \(inputs) to \(outputs) + bias)", batch: 1) { graph in
          let r = graph.input("r", .batched(1, 9, outputs))
          return graph.combine([(biased(&graph, inputs, outputs), 2), (r, 1)])
        },
      ]
    }

  private static func biased(_ graph: inout Graph, _ inputs: Int, _ outputs: Int) -> Graph.Value {
    let x = graph.input("x", .batched(1, 9, inputs))
    let y = graph.linear(x, graph.parameter("w", outputs, inputs))
    return graph.binary(.add, y, graph.parameter("b", outputs))
  }
}
