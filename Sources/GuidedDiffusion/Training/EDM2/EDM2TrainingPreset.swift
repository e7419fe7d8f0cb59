/// The size of a network with the numbers that it is trained with, by name.
public struct EDM2TrainingPreset: Sendable {
  /// For example `edm2-img512-xs` or `small`.
  public let name: String

  /// Channels of the finest level.
  public var width: Int

  /// Channels of each level over ``width``.
  public var multipliers = [1, 2, 3, 4]

  /// Residual blocks per level.
  public var blocks = 3

  /// Resolutions at which blocks attend.
  public var attention = [16, 8]

  /// Channels per attention head.
  public var channelsPerHead = 64

  /// Probability of dropout.
  public var dropout = 0.0

  /// P_mean and P_std.
  public var noise = (mean: -0.4, deviation: 1.0)

  /// Learning rate, batches until it decays, images over which it grows.
  public var rate = (reference: 0.01, decayBatches: 70e3, rampUpImages: 10e6)

  /// Images per step.
  public var batch = 2048

  /// Images in all.
  public var duration: Int

  /// Images between two status lines.
  public var status = 128 << 10

  /// Images between two snapshots.
  public var snapshot = 8 << 20

  private init(_ name: String, width: Int, duration: Int) {
    (self.name, self.width, self.duration) = (name, width, duration)
  }

  /// All presets: the official ones, then small ones for a CPU.
  public static let all: [EDM2TrainingPreset] = published + small

  private static var published: [EDM2TrainingPreset] {
    let sizes: [(name: String, width: Int, rate: Double, latent: Int, pixel: Int?)] = [
      ("xxs", 64, 0.0170, 2048, nil), ("xs", 128, 0.0120, 2048, 1024),
      ("s", 192, 0.0100, 2048, 1024), ("m", 256, 0.0090, 2048, 2048),
      ("l", 320, 0.0080, 1792, 1024), ("xl", 384, 0.0070, 1280, 640),
      ("xxl", 448, 0.0065, 896, nil),
    ]
    func preset(
      _ name: String, _ size: (name: String, width: Int, rate: Double, latent: Int, pixel: Int?),
      mebi: Int, decay: Double
    ) -> EDM2TrainingPreset {
      var preset = EDM2TrainingPreset(
        "\(name)-\(size.name)", width: size.width, duration: mebi << 20)
      preset.rate.reference = size.rate
      preset.rate.decayBatches = decay
      preset.dropout = ["xxs", "xs", "s"].contains(size.name) ? 0 : 0.1
      return preset
    }
    let latents = sizes.map { preset("edm2-img512", $0, mebi: $0.latent, decay: 70e3) }
    let pixels = sizes.compactMap { size in
      size.pixel.map { mebi in
        var preset = preset("edm2-img64", size, mebi: mebi, decay: 35e3)
        preset.noise = (-0.8, 1.6)
        return preset
      }
    }
    return latents + pixels
  }

  /// For pictures of about 32 x 32 pixels on a few cores: `small` and its guide of half the width
  /// and a quarter of the training, and `tiny`, which is trained in a minute.
  private static var small: [EDM2TrainingPreset] {
    var small = EDM2TrainingPreset("small", width: 16, duration: 1 << 20)
    small.multipliers = [1, 2, 4]
    small.blocks = 1
    small.attention = [8]
    small.channelsPerHead = 32
    small.noise = (-0.8, 1.2)
    small.rate = (0.015, 2000, 50e3)
    small.batch = 128
    small.status = 8 << 10
    small.snapshot = 64 << 10
    var guide = EDM2TrainingPreset("small-guide", width: 8, duration: 128 << 10)
    (guide.multipliers, guide.blocks, guide.attention) = (small.multipliers, 1, small.attention)
    guide.channelsPerHead = small.channelsPerHead
    (guide.noise, guide.rate, guide.batch) = (small.noise, small.rate, small.batch)
    (guide.status, guide.snapshot) = (small.status, 16 << 10)
    var tiny = EDM2TrainingPreset("tiny", width: 8, duration: 32 << 10)
    (tiny.multipliers, tiny.blocks, tiny.attention) = ([1, 2], 1, [8])
    tiny.channelsPerHead = 16
    tiny.noise = small.noise
    tiny.rate = (0.02, 500, 4e3)
    tiny.batch = 64
    (tiny.status, tiny.snapshot) = (2 << 10, 8 << 10)
    return [small, guide, tiny]
  }

  /// The preset of a name.
  ///
  /// - Throws: ``SettingsError`` with all names.
  public static func named(_ name: String) throws(SettingsError) -> EDM2TrainingPreset {
    guard let preset = all.first(where: { $0.name == name }) else {
      throw SettingsError(
        "preset '\(name)' is not known: one of \(all.map(\.name).joined(separator: ", "))")
    }
    return preset
  }

  /// The recipe for a dataset.
  ///
  /// - Parameters:
  ///   - resolution: width and height of its images.
  ///   - channels: of its images.
  ///   - labels: width of its label vectors.
  /// - Returns: a recipe, not validated.
  public func recipe(resolution: Int, channels: Int, labels: Int) -> EDM2Recipe {
    let network = EDM2Configuration(
      imageResolution: resolution, imageChannels: channels, labelCount: labels,
      levelChannels: multipliers.map { $0 * width }, noiseChannels: width,
      embeddingChannels: width * (multipliers.max() ?? 1), blocksPerLevel: blocks,
      attentionResolutions: attention, channelsPerHead: channelsPerHead, dropout: dropout)
    return EDM2Recipe(
      network: network, noiseMean: noise.mean, noiseDeviation: noise.deviation,
      learningRate: rate.reference, decayBatches: rate.decayBatches,
      rampUpImages: rate.rampUpImages, batch: batch, duration: duration,
      averages: [0.05, 0.10].compactMap(PowerFunctionEMA.init), seed: 0, mirrors: false)
  }
}
