/// One training: a backend's parameters, and what moves them from step to step.
///
/// A step is that of the official code: forced weight normalisation, gradients of all parts of the
/// batch, Adam, averages. The order of all sums is fixed, so that the same batches give the same
/// bits on the same device.
package final class Trainer {
  /// What stays the same from the first step to the last.
  package struct Settings: Hashable, Codable, Sendable {
    /// The optimiser.
    package var adam = Adam()

    /// The learning rate over time.
    package var schedule: LearningRateSchedule

    /// Lengths of the averages.
    package var averages: [PowerFunctionEMA]

    /// Whether weights are kept at unit magnitude.
    package var normalizesWeights = true

    /// Settings.
    package init(schedule: LearningRateSchedule, averages: [PowerFunctionEMA]) {
      self.schedule = schedule
      self.averages = averages
    }
  }

  /// Its settings.
  package let settings: Settings

  /// Steps made so far.
  package private(set) var step: Int

  /// Time so far, in the units of the schedule.
  package private(set) var time: Int

  private let backend: any TrainingBackend

  /// Goes on from a state that `backend` holds already.
  package init(_ backend: any TrainingBackend, settings: Settings, step: Int, time: Int) {
    self.backend = backend
    self.settings = settings
    self.step = step
    self.time = time
  }

  /// Makes one step.
  ///
  /// - Parameters:
  ///   - parts: the batch in parts that fit the backend; each the inputs of the training graph.
  ///   - images: in all parts together.
  ///   - duration: how far time moves: 1 where it counts steps, else the number of images.
  /// - Returns: the mean loss over the images, before the step.
  /// - Throws: what the backend throws.
  @discardableResult
  package func step(
    _ parts: some Sequence<[String: Tensor<Float>]>, images: Int, duration: Int
  ) throws -> Double {
    if settings.normalizesWeights { try backend.normalizeWeights() }
    try backend.clearGradients()
    for part in parts { try backend.addGradients(of: part) }
    let rate = settings.schedule.rate(at: Double(time))
    step += 1
    time += duration
    let weights = settings.averages.map {
      1 - $0.beta(at: Double(time), step: Double(duration))
    }
    try backend.update(
      ParameterUpdate(
        scale: 1 / Double(images), adam: settings.adam, step: step, rate: rate,
        averageWeights: weights))
    return try backend.totalLoss() / Double(images)
  }

  /// The state, from which another trainer can go on.
  package func state() throws -> TrainingState {
    var parts: [TrainingState.Part: [String: [Float]]] = [:]
    for part in TrainingState.allParts(averages: settings.averages.count) {
      parts[part] = try backend.read(part)
    }
    return TrainingState(parts: parts, step: step, time: time)
  }

  /// The parameters of an average.
  package func average(_ index: Int) throws -> [String: [Float]] {
    try backend.read(.average(index))
  }
}
