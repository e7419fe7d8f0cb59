import GuidedDiffusion

extension Picture {
  /// The pixels of an image; a preview in false colours for latents.
  public init(_ image: SampledImage) {
    self.init(
      width: image.width, height: image.height, channels: image.pictureChannels,
      pixels: image.picture)
  }
}
