import GuidedDiffusion

/// What `autoguide info` says about a network.
struct NetworkDescription: Encodable {
  var file: String
  var kind: String
  var configuration: EDM2Configuration
  var encoder: String
  var classNames: [String]?
  var parameters: Int

  /// Multiply-adds of convolutions, linear layers and attention in one evaluation of one image.
  var gmac: Double

  /// Weights and activations in fp32, without the work space of fast convolutions.
  var memoryBytes: [Memory]

  var licence: String?
  var sha256: String

  /// Memory at one size of batch.
  struct Memory: Encodable {
    var batch: Int
    var bytes: Int
  }

  init(_ network: EDM2Network, kind: String) {
    let graph = network.configuration.graph()
    file = network.source
    self.kind = kind
    configuration = network.configuration
    encoder =
      switch network.encoder {
      case .rgb: "pixels"
      case .latents: "latents of the Stable Diffusion autoencoder"
      }
    classNames = network.classNames
    let parameters = graph.parameters.map(\.shape.count).reduce(0, +)
    self.parameters = parameters
    gmac = Double(graph.multiplyAdds) * 1e-9
    let activations = graph.peakElements(for: ["denoised"])
    memoryBytes = [1, 4, 16, 64].map {
      Memory(batch: $0, bytes: 4 * (parameters + $0 * activations))
    }
    licence = network.licence
    sha256 = network.sha256
  }

  /// One line per fact.
  var text: String {
    let edge = configuration.imageResolution
    let classes =
      configuration.labelCount == 0
      ? "none, an unconditional network"
      : "\(configuration.labelCount)"
        + (classNames.map { " (\($0.joined(separator: ", ")))" } ?? "")
    let lines = [
      ("kind", "EDM2 network, \(kind)"),
      ("images", "\(edge) x \(edge), channels: \(configuration.imageChannels), \(encoder)"),
      ("classes", classes),
      ("channels", list(configuration.levelChannels) + " from fine to coarse"),
      ("blocks", "\(configuration.blocksPerLevel) per level"),
      (
        "attention",
        configuration.attentionResolutions.isEmpty
          ? "none"
          : "at \(list(configuration.attentionResolutions)) pixels, "
            + "\(configuration.channelsPerHead) channels per head"
      ),
      (
        "widths",
        "noise \(configuration.noiseChannels), embedding \(configuration.embeddingChannels)"
      ),
      ("options", options),
      ("parameters", "\(Units.threeDigits(Double(parameters) * 1e-6)) million"),
      ("cost", "\(Units.threeDigits(gmac)) GMAC per evaluation"),
      (
        "memory",
        memoryBytes.map { "\(Units.bytes($0.bytes)) for \($0.batch)" }.joined(separator: ", ")
          + " images at once (fp32, without work space)"
      ),
      ("licence", licence ?? "not stated"),
      ("sha256", sha256),
    ]
    let table = lines.map { name, value in
      "  \(name)\(String(repeating: " ", count: 12 - name.count))\(value)"
    }
    return ([file] + table).joined(separator: "\n")
  }

  /// What is left of the configuration: data, resampling, balances, limits.
  private var options: String {
    let taps = configuration.resampleFilter.map { Units.number($0) }.joined(separator: ", ")
    let balances = [
      ("label", configuration.labelBalance), ("concat", configuration.concatBalance),
      ("residual", configuration.residualBalance), ("attention", configuration.attentionBalance),
    ].map { "\($0) \(Units.number($1))" }.joined(separator: ", ")
    let clip = configuration.activationClip.map { "±\(Units.number($0))" } ?? "none"
    return "sigma_data \(Units.number(configuration.sigmaData)), resampling [\(taps)], "
      + "balances \(balances), clip \(clip), dropout \(Units.number(configuration.dropout))"
  }

  private func list(_ numbers: [Int]) -> String {
    numbers.map(String.init).joined(separator: ", ")
  }
}
