import Foundation

/// The autoencoder of Stable Diffusion (AutoencoderKL): images to latents an eighth as wide, and
/// back.
///
/// Widths come from the file, so that small networks of the same structure can be tested with. A
/// file may hold one half alone. Source of the structure: Rombach et al., "High-Resolution Image
/// Synthesis with Latent Diffusion Models" (arXiv 2112.10752), and the configuration of
/// `stabilityai/sd-vae-ft-mse`.
public struct VAE: Sendable {
  /// Path as it was given.
  public let source: String

  /// Weights and biases.
  public let parameters: VAEParameters

  /// The half that makes images of latents, if the file has it.
  public let decoder: Half?

  /// The half that makes latents of images, if the file has it.
  public let encoder: Half?

  /// One half of the network.
  public struct Half: Sendable {
    /// Channels of the latents: C; of the encoder, whose results are means and deviations, too.
    public let latentChannels: Int

    /// Width and height in pixels that belong to one latent: 8 as published.
    public let pixelsPerLatent: Int

    /// SHA-256 of names, shapes and elements of all weights, 64 hexadecimal digits: the same for
    /// every format of the file. Computed when first asked for.
    public var sha256: String { identity.value }

    fileprivate let identity: LazyDigest
  }

  /// Name of the file or folder without what it lies in.
  public var fileName: String { source.split(separator: "/").last.map(String.init) ?? source }

  private let groups: Int

  /// Where the published network is looked for: the folder of `stabilityai/sd-vae-ft-mse` in the
  /// cache.
  public static var defaultPath: String {
    CacheFolder.networks.url.appending(path: "sd-vae-ft-mse").path
  }

  /// Reads the network at `path`.
  ///
  /// - Parameter path: of a Hugging Face folder (`diffusion_pytorch_model` as `.safetensors` or `.bin`,
  ///   and `config.json` if it is not as published), or one with such a folder `vae`; or of a file, safetensors or a
  ///   torch archive, with the names of diffusers or of the original checkpoints.
  /// - Throws: ``CheckpointError`` if there is no such network.
  public init(_ path: String) throws(CheckpointError) {
    let files = try VAEFiles(path)
    let configuration =
      try files.configuration.map { path throws(CheckpointError) in try VAEConfiguration(path) }
      ?? VAEConfiguration()
    let parameters = try VAEParameters(Checkpoint.open(files.weights))
    source = path
    self.parameters = parameters
    groups = configuration.groups
    decoder =
      parameters.has("decoder.conv_in") ? try Self.decoder(parameters, configuration) : nil
    encoder =
      parameters.has("encoder.conv_in") ? try Self.encoder(parameters, configuration) : nil
  }

  /// The decoder as a graph.
  ///
  /// Input `latents`: `[N, H, W, C]`, as the encoder made them. Output `image`: `[N, s H, s W, 3]`,
  /// about 0 to 1.
  ///
  /// - Parameters:
  ///   - height: H.
  ///   - width: W.
  /// - Returns: the graph.
  /// - Precondition: the file has a decoder.
  public func decoderGraph(height: Int, width: Int) -> Graph {
    guard let decoder else { preconditionFailure("\(source) has no decoder") }
    do {
      return try Self.decoderGraph(
        parameters, groups: groups, .batched(height, width, decoder.latentChannels))
    } catch {
      preconditionFailure("weights were checked when they were read: \(error)")
    }
  }

  /// The encoder as a graph.
  ///
  /// Input `image`: `[N, H, W, 3]`, 0 to 1. Output `moments`: `[N, H/s, W/s, 2 C]`, the means of the
  /// latents, then their standard deviations.
  ///
  /// - Parameters:
  ///   - height: H, a multiple of s.
  ///   - width: W, a multiple of s.
  /// - Returns: the graph.
  /// - Precondition: the file has an encoder.
  public func encoderGraph(height: Int, width: Int) -> Graph {
    guard let encoder else { preconditionFailure("\(source) has no encoder") }
    precondition(
      height % encoder.pixelsPerLatent == 0 && width % encoder.pixelsPerLatent == 0,
      "\(height) x \(width) pixels are no multiple of \(encoder.pixelsPerLatent)")
    do {
      return try Self.encoderGraph(parameters, groups: groups, .batched(height, width, 3))
    } catch {
      preconditionFailure("weights were checked when they were read: \(error)")
    }
  }
}

extension VAE {
  private static func decoderGraph(
    _ parameters: VAEParameters, groups: Int, _ latents: Shape
  ) throws(CheckpointError) -> Graph {
    var builder = VAEBuilder(parameters: parameters, groups: groups)
    let image = try builder.decode(builder.graph.input("latents", latents))
    builder.graph.name(image, "image")
    return builder.graph
  }

  private static func encoderGraph(
    _ parameters: VAEParameters, groups: Int, _ image: Shape
  ) throws(CheckpointError) -> Graph {
    var builder = VAEBuilder(parameters: parameters, groups: groups)
    let moments = try builder.encode(builder.graph.input("image", image))
    builder.graph.name(moments, "moments")
    return builder.graph
  }

  /// The decoder of a file, all of whose layers are looked at.
  private static func decoder(
    _ parameters: VAEParameters, _ configuration: VAEConfiguration
  ) throws(CheckpointError) -> Half {
    let channels = try parameters.inputs(
      of: parameters.has("post_quant_conv") ? "post_quant_conv" : "decoder.conv_in")
    let groups = configuration.groups
    let graph = try decoderGraph(parameters, groups: groups, .batched(1, 1, channels))
    try parameters.checkWidths("decoder.up_blocks", configuration.widths.map { $0.reversed() })
    guard let image = graph.names["image"], graph.shape(image).channels == 3 else {
      throw CheckpointError(file: parameters.source, reason: "the decoder makes no RGB images")
    }
    return Half(
      latentChannels: channels, pixelsPerLatent: graph.shape(image).width,
      identity: LazyDigest { parameters.digest(of: graph, groups: groups) })
  }

  /// The encoder of a file, all of whose layers are looked at.
  private static func encoder(
    _ parameters: VAEParameters, _ configuration: VAEConfiguration
  ) throws(CheckpointError) -> Half {
    let groups = configuration.groups
    let levels = parameters.count("encoder.down_blocks", "downsamplers.0.conv")
    guard levels <= 8, try parameters.inputs(of: "encoder.conv_in") == 3 else {
      throw CheckpointError(
        file: parameters.source, reason: "the encoder is none of RGB images on up to 9 levels")
    }
    let edge = 1 << levels
    let graph = try encoderGraph(parameters, groups: groups, .batched(edge, edge, 3))
    try parameters.checkWidths("encoder.down_blocks", configuration.widths)
    guard let moments = graph.names["moments"], graph.shape(moments).dimensions.prefix(2) == [1, 1]
    else {
      throw CheckpointError(file: parameters.source, reason: "the encoder's levels are uneven")
    }
    return Half(
      latentChannels: graph.shape(moments).channels / 2, pixelsPerLatent: edge,
      identity: LazyDigest { parameters.digest(of: graph, groups: groups) })
  }
}
