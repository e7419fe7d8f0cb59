import Synchronization

/// How far all batches of a run are together.
final class SharedProgress: Sendable {
  private let total: Int
  private let steps: Int
  private let report: @Sendable (SamplingProgress) -> Void
  private let state = Mutex(State())

  private struct State {
    /// Images of whole batches.
    var finished = 0

    /// The batches that are being computed, by number.
    var batches: [Int: Batch] = [:]
  }

  /// One batch.
  private struct Batch {
    /// Its finished images.
    var finished: Int

    /// Images that are being computed, and steps done of these.
    var images: Int
    var step: Int
  }

  /// The progress of a run.
  ///
  /// - Parameters:
  ///   - total: images in all.
  ///   - steps: per image.
  ///   - report: called after every step of every batch, by one at a time.
  init(total: Int, steps: Int, report: @escaping @Sendable (SamplingProgress) -> Void) {
    (self.total, self.steps, self.report) = (total, steps, report)
  }

  /// Says that a batch has done a step.
  ///
  /// - Parameters:
  ///   - batch: its number.
  ///   - finished: images of it that are finished.
  ///   - images: that are being computed.
  ///   - step: steps done of these.
  func update(_ batch: Int, finished: Int, images: Int, step: Int) {
    // The report is made under the lock, so that none overtakes another.
    state.withLock { state in
      state.batches[batch] = Batch(finished: finished, images: images, step: step)
      let batches = state.batches.values
      report(
        SamplingProgress(
          finished: state.finished + batches.reduce(0) { $0 + $1.finished }, total: total,
          batch: batches.reduce(0) { $0 + $1.images }, step: step, steps: steps,
          imageSteps: batches.reduce(0) { $0 + $1.images * $1.step }))
    }
  }

  /// Says that all images of a batch are finished.
  func finish(_ batch: Int, images: Int) {
    state.withLock { state in
      state.batches[batch] = nil
      state.finished += images
    }
  }
}
