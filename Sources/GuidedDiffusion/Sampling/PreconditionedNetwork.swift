/// A network with the preconditioning of EDM: D(x; sigma) = c_skip x + c_out F(c_in x; c_noise).
public struct PreconditionedNetwork: Sendable {
  /// Has inputs `x`, `sigma` `[N, 1]` and, with classes, `labels`; and values `raw` (F) and
  /// `denoised` (D).
  public let graph: Graph

  /// The graph's parameters.
  public let parameters: any ParameterSource

  /// Standard deviation of the training data.
  public let sigmaData: Double

  /// Shape of the images, `[N, H, W, C]`.
  public let imageShape: Shape

  /// Number of classes; 0 for an unconditional network.
  public let labelCount: Int

  /// A network that is any graph with inputs `x`, `sigma` and perhaps `labels`, and named values
  /// `raw` and `denoised`.
  package init(_ graph: Graph, parameters: any ParameterSource, sigmaData: Double) {
    let shapes = Dictionary(uniqueKeysWithValues: graph.inputs.map { ($0.name, $0.shape) })
    guard let imageShape = shapes["x"] else { preconditionFailure("a denoiser has an input x") }
    self.graph = graph
    self.parameters = parameters
    self.sigmaData = sigmaData
    self.imageShape = imageShape
    labelCount = shapes["labels"]?.channels ?? 0
  }

  /// An EDM2 network.
  public init(_ configuration: EDM2Configuration, parameters: any ParameterSource) {
    self.init(
      configuration.graph(), parameters: parameters, sigmaData: configuration.sigmaData)
  }

  /// An EDM2 network from a file.
  public init(_ network: EDM2Network) {
    self.init(network.configuration, parameters: network.parameters)
  }

  /// c_skip = sd² / (sigma² + sd²) and c_out = sigma sd / sqrt(sigma² + sd²) (EDM table 1), in
  /// fp32 as the official code computes them.
  func factors(sigma: Float) -> (skip: Float, out: Float) {
    let variance = Float(sigmaData * sigmaData)
    let total = sigma * sigma + variance
    return (variance / total, sigma * Float(sigmaData) / total.squareRoot())
  }
}
