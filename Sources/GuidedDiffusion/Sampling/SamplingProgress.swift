/// How far a sampling run is.
public struct SamplingProgress: Hashable, Sendable {
  /// Images finished.
  public let finished: Int

  /// Images in all.
  public let total: Int

  /// Images that are being computed, on all devices.
  public let batch: Int

  /// Steps done of the batch that reports.
  public let step: Int

  /// Steps per batch.
  public let steps: Int

  /// Steps done of the images that are being computed, summed over these: with one device
  /// ``batch`` times ``step``.
  public let imageSteps: Int

  /// Share of the work that is done, 0...1.
  public var fraction: Double {
    total == 0 ? 1 : (Double(finished) + Double(imageSteps) / Double(steps)) / Double(total)
  }
}
