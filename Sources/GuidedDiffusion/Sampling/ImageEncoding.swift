/// What the numbers that a network denoises stand for.
public enum ImageEncoding: Hashable, Sendable {
  /// Pixels: x = pixel/127.5 - 1.
  case pixels

  /// Latents of a variational autoencoder, one scale and bias per channel: x = raw scale + bias.
  case latents(scale: [Float], bias: [Float])

  /// The latents of the published networks: scale = 0.5/raw_std, bias = -raw_mean scale.
  public static let publishedLatents: ImageEncoding = {
    let scale = [4.17, 4.62, 3.71, 3.28].map { Float(0.5) / Float($0) }
    let bias = zip([5.81, 3.25, 0.12, -2.15], scale).map { -Float($0) * $1 }
    return .latents(scale: scale, bias: bias)
  }()
}
