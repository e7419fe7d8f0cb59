/// The density network of the paper's 2D example (Autoguidance, arXiv 2406.02507, appendix C).
///
/// A multi-layer perceptron of magnitude-preserving layers models the logarithm of the density of
/// points smoothed by sigma; its gradient by the point is the score.
public struct ToyMLP: Hashable, Codable, Sendable {
  /// Features of each hidden layer: 64 in the paper's main network, 32 in its guide.
  public var features: Int

  /// Weight matrices after the first.
  public var layers: Int

  /// Standard deviation of the data, sd.
  public var sigmaData: Double

  /// A network; the defaults are the paper's main one.
  public init(features: Int = 64, layers: Int = 4, sigmaData: Double = 0.5) {
    self.features = features
    self.layers = layers
    self.sigmaData = sigmaData
  }

  /// The network as a graph.
  ///
  /// Inputs: `x`, points `[N, 2]`; `sigma` `[N, 1]`, their noise levels. Named values: `logDensity`
  /// `[N, 1]`, up to a constant,
  /// gain mean(y²) / sigma - |x|² / (2 (sd² + sigma²)) with the last layer's features y, and
  /// `score` `[N, 2]`, its gradient by x. Parameters have the names and shapes of the official
  /// release: `layers.0.weight`, `layers.2.weight`, ..., and the scalar `gain`.
  public func graph() -> Graph {
    var graph = Graph()
    let x = graph.input("x", .batched(2))
    let sigma = graph.input("sigma", .batched(1))
    let scales = Preconditioning(sigma: sigma, sigmaData: sigmaData, in: &graph)
    let scaled = graph.binary(.multiply, x, scales.input)

    let one = graph.fill(1, .batched(1))
    var y = graph.mpLinear(
      graph.concatenate([scaled, scales.noise, one]), "layers.0", channels: features)
    for layer in 1...layers {
      y = graph.mpLinear(graph.mpSilu(y), "layers.\(2 * layer)", channels: features)
    }

    let squares = graph.sum(graph.binary(.multiply, y, y), to: .batched(1))
    let mean = graph.scale(squares, by: 1 / Double(features))
    let network = graph.binary(
      .multiply, graph.binary(.multiply, mean, graph.unary(.reciprocal, sigma)),
      graph.parameter("gain"))
    let distance = graph.sum(graph.binary(.multiply, scaled, scaled), to: .batched(1))
    let logDensity = graph.combine([(network, 1), (distance, -0.5)])
    graph.name(logDensity, "logDensity")
    graph.name(graph.gradient(of: logDensity, withRespectTo: [x])[0], "score")
    return graph
  }

  /// The network with its training loss.
  ///
  /// A further input `target` `[N, 2]`, the score of the truth smoothed by sigma, and a further
  /// value `loss` `[N, 1]`: sigma² mean((score - target)²).
  public func trainingGraph() -> Graph {
    var graph = graph()
    let target = graph.input("target", .batched(2))
    let sigma = graph.input("sigma", .batched(1))
    guard let score = graph.names["score"] else { preconditionFailure("a network has a score") }
    let error = graph.combine([(score, 1), (target, -1)])
    let squares = graph.sum(graph.binary(.multiply, error, error), to: .batched(1))
    let variance = graph.binary(.multiply, sigma, sigma)
    graph.name(graph.scale(graph.binary(.multiply, squares, variance), by: 0.5), "loss")
    return graph
  }
}
