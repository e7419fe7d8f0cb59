extension EDM2Configuration {
  /// The preconditioned network with its training loss (EDM2 eq. 14 to 16).
  ///
  /// Beside the inputs of ``graph()``, with `x` the noisy image, `target` `[N, H, W, C]`: the
  /// image without noise, y. A further value `loss` `[N, H, W, C]`:
  /// λ(sigma) / exp(u(sigma)) (D(x; sigma) - y)² + u(sigma),
  /// λ = (sigma² + sd²) / (sigma sd)².
  ///
  /// Every block drops with the probability ``dropout`` between its two convolutions; unless that
  /// is 0, a further input `dropout` `[N, 4]` has the images' keys (``Graph/dropout(_:keys:_:)``).
  public func trainingGraph() -> Graph {
    var graph = graph(drops: dropout > 0)
    guard let denoised = graph.names["denoised"], let u = graph.names["logvar"] else {
      preconditionFailure("a network has outputs")
    }
    let target = graph.input("target", graph.shape(denoised))
    let sigma = graph.input("sigma", .batched(1))
    let scales = Preconditioning(sigma: sigma, sigmaData: sigmaData, in: &graph)
    // λ is 1 / c_out².
    let inverse = graph.unary(.reciprocal, scales.output)
    let weight = graph.binary(
      .multiply, graph.binary(.multiply, inverse, inverse),
      graph.unary(.exponential, graph.scale(u, by: -1)))
    let error = graph.combine([(denoised, 1), (target, -1)])
    let squares = graph.binary(.multiply, error, error)
    graph.name(graph.binary(.add, graph.binary(.multiply, squares, weight), u), "loss")
    return graph
  }
}
