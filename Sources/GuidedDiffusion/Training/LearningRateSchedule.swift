/// The learning rate over a training, ref / sqrt(max(t / decay, 1)) min(t / rampUp, 1) (EDM2
/// eq. 67).
///
/// t is counted before the step, 0 at the first, in the units of the training: images for EDM2,
/// iterations for the 2D example.
public struct LearningRateSchedule: Hashable, Codable, Sendable {
  /// The rate before it decays.
  public var reference: Double

  /// t at which the decay begins; nil for none.
  public var decay: Double?

  /// t until which the rate grows from 0; nil for none.
  public var rampUp: Double?

  /// A schedule.
  public init(reference: Double, decay: Double? = nil, rampUp: Double? = nil) {
    self.reference = reference
    self.decay = decay
    self.rampUp = rampUp
  }

  /// The rate of the step that begins at t.
  public func rate(at time: Double) -> Double {
    var rate = reference
    if let decay { rate /= max(time / decay, 1).squareRoot() }
    if let rampUp { rate *= min(time / rampUp, 1) }
    return rate
  }

  /// That of EDM2: decay over batches of so many images, growing over the first 10 million.
  public static func edm2(
    reference: Double, decayBatches: Double, batch: Int
  ) -> LearningRateSchedule {
    LearningRateSchedule(
      reference: reference, decay: decayBatches * Double(batch), rampUp: 10e6)
  }
}
