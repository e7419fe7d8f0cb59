/// The scales of EDM's preconditioned denoiser (EDM table 1), all `[N, 1]`:
/// D(x; sigma) = c_skip x + c_out F(c_in x; c_noise).
package struct Preconditioning {
  /// c_in = 1 / sqrt(sigma² + sd²).
  let input: Graph.Value

  /// c_skip = sd² / (sigma² + sd²).
  let skip: Graph.Value

  /// c_out = sigma sd / sqrt(sigma² + sd²).
  let output: Graph.Value

  /// c_noise = ln(sigma) / 4.
  let noise: Graph.Value

  /// Adds the scales for noise levels `[N, 1]` and data of standard deviation sd to a graph.
  package init(sigma: Graph.Value, sigmaData: Double, in graph: inout Graph) {
    let variance = graph.unary(
      .affine(scale: 1, shift: sigmaData * sigmaData), graph.binary(.multiply, sigma, sigma))
    input = graph.unary(.reciprocal, graph.unary(.squareRoot, variance))
    skip = graph.scale(graph.unary(.reciprocal, variance), by: sigmaData * sigmaData)
    output = graph.scale(graph.binary(.multiply, sigma, input), by: sigmaData)
    noise = graph.scale(graph.unary(.logarithm, sigma), by: 0.25)
  }

  /// Adds D for an image x and the network's F, and names both: `denoised` and `raw`.
  package func nameResults(x: Graph.Value, raw: Graph.Value, in graph: inout Graph) {
    let denoised = graph.binary(
      .add, graph.binary(.multiply, x, skip), graph.binary(.multiply, raw, output))
    graph.name(raw, "raw")
    graph.name(denoised, "denoised")
  }
}
