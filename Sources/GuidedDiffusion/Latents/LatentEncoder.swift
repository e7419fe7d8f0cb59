/// Makes latents of pictures: the encoder of a ``VAE`` on a device, in fp32.
///
/// Bits of a picture's latents depend neither on the other pictures nor on their number. It has one
/// owner.
public final class LatentEncoder {
  /// The network.
  public let vae: VAE

  /// Most pictures computed at once; fewer where they would take too much memory.
  public let batch: Int

  private let half: VAE.Half
  private let compiler: HalfCompiler

  /// An encoder on a device.
  ///
  /// - Parameters:
  ///   - vae: compiled at the first picture of each size.
  ///   - device: what computes.
  ///   - table: which algorithm serves which convolution of an OpenCL device.
  ///   - batch: most pictures at once.
  /// - Throws: ``CheckpointError`` if the file has no encoder, ``OpenCLError`` if the device cannot
  ///   be opened.
  public init(
    _ vae: VAE, device: ComputeDevice = .automatic, table: AlgorithmTable = .cpu(.standard),
    batch: Int = 4
  ) throws {
    precondition(batch >= 1, "a batch of \(batch)")
    guard let half = vae.encoder else {
      throw CheckpointError(file: vae.source, reason: "the file has a decoder only, no encoder")
    }
    self.vae = vae
    self.batch = batch
    self.half = half
    compiler = try HalfCompiler(vae, device: device, table: table, batch: batch)
  }

  /// Width and height in pixels that belong to one latent.
  public var pixelsPerLatent: Int { half.pixelsPerLatent }

  /// Channels of the latents: C.
  public var channels: Int { half.latentChannels }

  /// Means and standard deviations of the latents of pictures, whose pixels go in as p / 255.
  ///
  /// - Parameters:
  ///   - pixels: `[N, H, W, 3]`, of any N.
  ///   - height: H, a multiple of ``pixelsPerLatent``.
  ///   - width: W, a multiple of ``pixelsPerLatent``.
  /// - Returns: for each picture, `[2 C, H/s, W/s]`: means, then deviations, as datasets hold them.
  /// - Throws: ``OpenCLError``, `CancellationError` between two batches.
  public func moments(of pixels: [UInt8], height: Int, width: Int) throws -> [[Float]] {
    let program = try compiler.program(height, width, output: "moments") {
      vae.encoderGraph(height: height, width: width)
    }
    var moments: [[Float]] = []
    try program.run("image", pixels, shape: [height, width, 3], as: { Float($0) / 255 }) {
      result, images in
      let count = result.count / images
      let area = count / (2 * channels)
      moments += stride(from: 0, to: result.count, by: count).map { first in
        (0..<count).map { result[first + $0 % area * 2 * channels + $0 / area] }
      }
    }
    return moments
  }
}
