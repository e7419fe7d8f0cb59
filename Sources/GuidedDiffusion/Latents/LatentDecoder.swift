/// Makes pictures of latents: the decoder of a ``VAE`` on a device, in fp32.
///
/// Bits of a picture depend neither on the other latents nor on their number. It has one owner.
public final class LatentDecoder {
  /// The network.
  public let vae: VAE

  /// Most latents computed at once; fewer where they would take too much memory.
  public let batch: Int

  private let half: VAE.Half
  private let compiler: HalfCompiler

  /// A decoder on a device.
  ///
  /// - Parameters:
  ///   - vae: compiled at the first latents of each size.
  ///   - device: what computes.
  ///   - table: which algorithm serves which convolution of an OpenCL device.
  ///   - batch: most latents at once.
  /// - Throws: ``CheckpointError`` if the file has no decoder, ``OpenCLError`` if the device cannot
  ///   be opened.
  public init(
    _ vae: VAE, device: ComputeDevice = .automatic, table: AlgorithmTable = .cpu(.standard),
    batch: Int = 4
  ) throws {
    precondition(batch >= 1, "a batch of \(batch)")
    guard let half = vae.decoder else {
      throw CheckpointError(file: vae.source, reason: "the file has an encoder only, no decoder")
    }
    self.vae = vae
    self.batch = batch
    self.half = half
    compiler = try HalfCompiler(vae, device: device, table: table, batch: batch)
  }

  /// The network as a recipe names it.
  public var recipeEntry: Recipe.Network {
    Recipe.Network(sha256: half.sha256, name: vae.fileName)
  }

  /// Width and height in pixels that belong to one latent.
  public var pixelsPerLatent: Int { half.pixelsPerLatent }

  /// Channels of the latents.
  public var channels: Int { half.latentChannels }

  /// The pixels of latents: trunc(255 clamp(y, 0, 1)), y being what the decoder makes of them.
  ///
  /// - Parameters:
  ///   - latents: as the autoencoder makes them, `[N, H, W, C]`, of any N.
  ///   - height: H.
  ///   - width: W.
  /// - Returns: `[N, s H, s W, 3]`, s being ``pixelsPerLatent``.
  /// - Throws: ``OpenCLError``, `CancellationError` between two batches.
  public func pixels(of latents: [Float], height: Int, width: Int) throws -> [UInt8] {
    let program = try compiler.program(height, width, output: "image") {
      vae.decoderGraph(height: height, width: width)
    }
    var pixels: [UInt8] = []
    try program.run("latents", latents, shape: [height, width, channels], as: \.self) { image, _ in
      pixels += image.map(Self.pixel)
    }
    return pixels
  }

  /// The pixels of sampled latents.
  ///
  /// - Parameter images: of one size, with ``SampledImage/rawLatents``.
  /// - Returns: `[s H, s W, 3]` each.
  /// - Throws: as ``pixels(of:height:width:)``.
  public func pixels(of images: [SampledImage]) throws -> [[UInt8]] {
    guard let first = images.first else { return [] }
    let area = first.height * first.width
    let latents = images.flatMap { image -> [Float] in
      guard let raw = image.rawLatents else { preconditionFailure("pixels need no decoder") }
      return (0..<raw.count).map { raw[$0 % channels * area + $0 / channels] }
    }
    let pixels = try pixels(of: latents, height: first.height, width: first.width)
    let size = pixels.count / images.count
    return images.indices.map { Array(pixels[$0 * size..<($0 + 1) * size]) }
  }

  /// trunc(255 clamp(y, 0, 1)); 0 for a number that is none.
  private static func pixel(_ y: Float) -> UInt8 { UInt8(min(255, max(0, y * 255))) }
}
