/// One finished image.
public struct SampledImage: Sendable {
  /// The seed that it was made from.
  public let seed: Int

  /// Its class, given or drawn; nil if the main network has none.
  public let classIndex: Int?

  /// Height in pixels (or latent pixels).
  public let height: Int

  /// Width in pixels (or latent pixels).
  public let width: Int

  /// 1 or 3 for pixels, usually 4 for latents.
  public let channels: Int

  /// The final state x, `[H, W, C]`.
  public let values: [Float]

  /// What ``values`` stand for.
  public let encoder: ImageEncoder

  /// The picture as bytes, `[H, W, pictureChannels]`: trunc(clip(127.5 x + 128, 0, 255)).
  ///
  /// Latents need a decoder to become a picture. For them this is a preview in false colours at
  /// the resolution of the latents: the first three channels stand for red, green and blue, each
  /// from -2 to 2 standard deviations.
  public var picture: [UInt8] {
    if pictureChannels == channels { return values.map(decodedPixel) }
    return (0..<height * width * pictureChannels).map {
      decodedPixel(values[$0 / pictureChannels * channels + $0 % pictureChannels])
    }
  }

  /// 3 for colours, 1 for grey levels.
  public var pictureChannels: Int { channels >= 3 ? 3 : 1 }

  /// Latents as the autoencoder made them, raw = (x - bias)/scale, `[C, H, W]`; nil for pixels.
  public var rawLatents: [Float]? {
    guard case .latents(let scale, let bias) = encoder else { return nil }
    let pixels = height * width
    return (0..<values.count).map { index in
      let (channel, pixel) = (index / pixels, index % pixels)
      return (values[pixel * channels + channel] - bias[channel]) / scale[channel]
    }
  }
}

/// trunc(clip(127.5 x + 128, 0, 255)); 0 for a number that is none.
func decodedPixel(_ x: Float) -> UInt8 {
  UInt8(min(255, max(0, x * 127.5 + 128)))
}
