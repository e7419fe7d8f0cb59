/// A training of an EDM2 network from the first weight to the last: network, loss, optimiser, and
/// the order of the data.
///
/// The same recipe and the same images give the same bits on one device.
public struct EDM2Recipe: Hashable, Codable, Sendable {
  /// What is trained, with its probability of dropout.
  public var network: EDM2Configuration

  /// P_mean, the mean of ln σ.
  public var noiseMean: Double

  /// P_std, the standard deviation of ln σ.
  public var noiseDeviation: Double

  /// The learning rate before it decays (EDM2 eq. 67).
  public var learningRate: Double

  /// Batches until it decays.
  public var decayBatches: Double

  /// Images over which it grows from 0.
  public var rampUpImages: Double

  /// Images per step.
  public var batch: Int

  /// Images in all. The first steps of a longer training are those of a shorter one.
  public var duration: Int

  /// Lengths of the averages that snapshots are taken of.
  public var averages: [PowerFunctionEMA]

  /// Whether the images are latents of the Stable Diffusion VAE, not pixels.
  public var isLatent = false

  /// Of weights, noise, and the order of the data.
  public var seed: Int

  /// Whether every image is also drawn mirrored.
  public var mirrors: Bool

  /// Checks that the recipe describes a training.
  ///
  /// - Throws: ``SettingsError`` with the first number that makes no sense.
  public func validate() throws(SettingsError) {
    do { try network.validate() } catch { throw SettingsError("no network: \(error)") }
    let numbers = [
      ("deviation of the noise", noiseDeviation), ("learning rate", learningRate),
      ("decay", decayBatches),
    ]
    for (name, number) in numbers where !(number > 0 && number.isFinite) {
      throw SettingsError("a \(name) of \(number): give more than 0")
    }
    guard noiseMean.isFinite, rampUpImages >= 0, rampUpImages.isFinite else {
      throw SettingsError("the mean of the noise or the ramp of the learning rate is no number")
    }
    guard 1...1 << 24 ~= batch else {
      throw SettingsError("a batch of \(batch): give 1 to \(1 << 24)")
    }
    guard duration >= batch, duration <= 1 << 50 else {
      throw SettingsError("a duration of \(duration) images: give a batch, \(batch), or more")
    }
    guard !averages.isEmpty, averages.count <= 16 else {
      throw SettingsError("\(averages.count) averages: give 1 to 16 lengths")
    }
    guard seed >= 0 else { throw SettingsError("a seed of \(seed): give 0 or more") }
  }

  /// Optimiser, schedule and averages.
  package var trainer: Trainer.Settings {
    var schedule = LearningRateSchedule.edm2(
      reference: learningRate, decayBatches: decayBatches, batch: batch)
    schedule.rampUp = rampUpImages > 0 ? rampUpImages : nil
    return Trainer.Settings(schedule: schedule, averages: averages)
  }

  /// Noise levels and noise.
  package var noise: NoisyBatch {
    NoisyBatch(mean: noiseMean, deviation: noiseDeviation, seed: seed)
  }
}
