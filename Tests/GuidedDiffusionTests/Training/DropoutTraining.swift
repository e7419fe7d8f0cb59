import Testing

@testable import GuidedDiffusion

/// Steps of a small network on the device, or in Double.
struct DropoutTraining {
  let training: TrainingGraph
  let start: TrainingState
  let configuration: EDM2Configuration

  init() throws {
    var configuration = try ReferenceNetwork("tiny-cond").network.configuration
    configuration.dropout = 0.25
    let parameters = configuration.initialParameters(seed: 1)
      .mapValues { $0.count == 1 ? [0.5] : $0 }  // gains of zero would hide all blocks
    training = configuration.training(constants: FixedParameters(parameters))
    let names = Set(training.parameters.map(\.name))
    start = TrainingState(
      initial: parameters.filter { names.contains($0.key) }, averages: 1)
    self.configuration = configuration
  }

  func onDevice(_ state: TrainingState) throws -> Trainer {
    try trainer(
      OpenCLTraining(training, state: state, capacity: 2, on: OnDevice.context()), state)
  }

  func trainer(_ backend: any TrainingBackend, _ state: TrainingState) throws -> Trainer {
    let settings = Trainer.Settings(
      schedule: LearningRateSchedule(reference: 0.01, decay: 4),
      averages: [try #require(PowerFunctionEMA(length: 0.05))])
    return Trainer(backend, settings: settings, step: state.step, time: state.time)
  }

  /// One step of four images, in two parts; the loss.
  @discardableResult
  func step(_ trainer: Trainer, seed: Int = 1) throws -> Double {
    let edge = configuration.imageResolution
    let shape = [2, edge, edge, configuration.imageChannels]
    let noise = NoisyBatch(mean: -0.4, deviation: 1, seed: seed)
    let labels = Tensor<Float>(
      shape: [2, configuration.labelCount],
      elements: (0..<2 * configuration.labelCount).map {
        $0 % configuration.labelCount == 1 ? 1 : 0
      })
    let parts = (0..<2).map { part in
      var numbers = RandomNumbers(seed: UInt64(part))
      let images = Tensor<Float>(shape: shape, elements: numbers.normals(shape.reduce(1, *)))
      return noise.inputs(
        images: images, labels: labels, first: trainer.time + 2 * part)
    }
    return try trainer.step(parts, images: 4, duration: 4)
  }
}
