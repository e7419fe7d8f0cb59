/// Latents out of the means and standard deviations that a dataset holds: a new draw each time an
/// image is seen.
public struct LatentDraws: Sendable {
  private let scale: [Float]
  private let bias: [Float]
  private let seed: Int

  /// Draws for an encoder; nil if its images are no latents.
  public init?(_ encoder: ImageEncoder, seed: Int) {
    guard case .latents(let scale, let bias) = encoder else { return nil }
    (self.scale, self.bias, self.seed) = (scale, bias, seed)
  }

  /// Channels of the latents.
  public var channels: Int { scale.count }

  /// y = (mean + deviation n) scale + bias, n ~ N(0, 1).
  ///
  /// - Parameters:
  ///   - moments: means, then standard deviations, `[2 C, H, W]`.
  ///   - place: of the image in the training; each has numbers of its own.
  /// - Returns: `[H, W, C]`.
  public func latents(of moments: [Float], place: Int) -> [Float] {
    let pixels = moments.count / (2 * channels)
    precondition(moments.count == 2 * channels * pixels, "\(moments.count) moments")
    // A sequence apart from that of the noise of the same place.
    let draws = TrainingDraws(seed: seed, sequence: 1 << 62 | place)
    return (0..<pixels * channels).map { element in
      let (pixel, channel) = element.quotientAndRemainder(dividingBy: channels)
      let mean = moments[channel * pixels + pixel]
      let deviation = moments[(channels + channel) * pixels + pixel]
      return (mean + deviation * draws.normal(element)) * scale[channel] + bias[channel]
    }
  }
}
