/// Everything but the weights of an EDM2 network: the options of the published class.
public struct EDM2Configuration: Codable, Hashable, Sendable {
  /// Width and height of the images (or latents) in pixels.
  public var imageResolution: Int

  /// Channels of the images: 3 for RGB, 4 for latents.
  public var imageChannels: Int

  /// Number of classes; 0 for an unconditional network.
  public var labelCount: Int

  /// Standard deviation of the training data.
  public var sigmaData: Double = 0.5

  /// Channels per resolution level, finest first.
  public var levelChannels: [Int]

  /// Width of the Fourier features of the noise level.
  public var noiseChannels: Int

  /// Width of the embedding.
  public var embeddingChannels: Int

  /// Residual blocks per level in the encoder; the decoder has one more.
  public var blocksPerLevel: Int = 3

  /// Resolutions at which blocks attend.
  public var attentionResolutions: [Int] = [16, 8]

  /// Channels per attention head; a block of C channels has C / channelsPerHead heads.
  public var channelsPerHead: Int = 64

  /// Resampling filter of one axis, of even length.
  public var resampleFilter: [Double] = [1, 1]

  /// Weight of the class embedding beside the noise embedding, 0...1.
  public var labelBalance: Double = 0.5

  /// Weight of the skip connection in mp_cat, 0...1.
  public var concatBalance: Double = 0.5

  /// Weight of the residual branch in mp_sum, 0...1.
  public var residualBalance: Double = 0.3

  /// Weight of the attention branch in mp_sum, 0...1.
  public var attentionBalance: Double = 0.3

  /// Activations are clipped to ±this at the end of each block.
  public var activationClip: Double? = 256

  /// Probability of dropout in training.
  public var dropout: Double = 0

  /// Width of the Fourier features of the uncertainty u(sigma).
  public var logvarChannels: Int = 128

  /// Whether the official code runs the network in fp16 on a GPU.
  public var usesHalfPrecision: Bool = true
}
