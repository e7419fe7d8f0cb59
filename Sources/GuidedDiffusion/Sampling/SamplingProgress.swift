/// How far a sampling run is.
public struct SamplingProgress: Hashable, Sendable {
  /// Images finished.
  public let finished: Int

  /// Images in all.
  public let total: Int

  /// Images in the batch that is being computed.
  public let batch: Int

  /// Steps done of that batch.
  public let step: Int

  /// Steps per batch.
  public let steps: Int

  /// Share of the work that is done, 0...1.
  public var fraction: Double {
    let inBatch = Double(batch) * Double(step) / Double(steps)
    return total == 0 ? 1 : (Double(finished) + inBatch) / Double(total)
  }
}
