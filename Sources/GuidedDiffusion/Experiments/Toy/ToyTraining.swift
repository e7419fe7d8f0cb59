/// The training of one network of the 2D example (Autoguidance, appendix C).
package struct ToyTraining: Hashable, Codable, Sendable {
  /// The network.
  package var network = ToyMLP()

  /// Classes whose points it learns.
  package var classes = "A"

  /// Steps.
  package var iterations = 4096

  /// Points per step.
  package var batch = 4096

  /// Of weights and points.
  package var seed = 0

  /// Length of the average that is kept.
  package var average = 0.010

  /// Learning rate and the step from which it falls.
  package var learningRate = 0.01
  package var decay = 512.0

  /// The main network.
  package static var main: ToyTraining { ToyTraining() }

  /// The weak guide: half the features, an eighth of the steps.
  package static var weak: ToyTraining {
    var training = ToyTraining()
    (training.network.features, training.iterations) = (32, 512)
    return training
  }

  /// The guide of classifier-free guidance: as weak, and without a class.
  package static var classFree: ToyTraining {
    var training = weak
    training.classes = "AB"
    return training
  }

  /// The distribution it learns.
  package var truth: GaussianMixture {
    GaussianMixture.toy(classes.compactMap { GaussianMixture.ToyClass(rawValue: String($0)) })
  }

  /// The state before the first step.
  package var initialState: TrainingState {
    TrainingState(initial: network.initialParameters(seed: seed), averages: 1)
  }

  /// Loss and gradients.
  private var graph: TrainingGraph {
    TrainingGraph(network.trainingGraph(), constants: RandomParameters(seed: 0))
  }

  /// Multiply-adds of the gradient for one point.
  package var multiplyAddsPerPoint: Int { graph.graph.multiplyAdds }

  /// A trainer that goes on from a state.
  ///
  /// - Parameters:
  ///   - state: ``initialState``, or one that was kept.
  ///   - context: the device; nil for the fallback.
  /// - Returns: a trainer, whose step is that of the state.
  /// - Throws: ``OpenCLError``.
  package func trainer(from state: TrainingState, on context: Context?) throws -> Trainer {
    let backend: any TrainingBackend =
      if let context {
        try backend(from: state, on: context)
      } else {
        try CPUTraining<Float>(graph, state: state)
      }
    return trainer(backend, from: state)
  }

  /// Loss and gradients on a device, going on from a state.
  ///
  /// - Throws: ``OpenCLError``.
  package func backend(
    from state: TrainingState, on context: Context
  ) throws -> OpenCLTraining {
    try OpenCLTraining(graph, state: state, capacity: batch, on: context)
  }

  /// A trainer for a backend that holds the parameters of a state.
  package func trainer(_ backend: any TrainingBackend, from state: TrainingState) -> Trainer {
    guard let average = PowerFunctionEMA(length: average) else {
      preconditionFailure("no average is \(average) long")
    }
    let settings = Trainer.Settings(
      schedule: LearningRateSchedule(reference: learningRate, decay: decay), averages: [average])
    return Trainer(backend, settings: settings, step: state.step, time: state.time)
  }

  /// Trains up to the last step.
  ///
  /// - Parameters:
  ///   - trainer: of ``trainer(from:on:)``.
  ///   - context: the same device.
  ///   - report: called after each step with the loss; false ends the training there.
  /// - Returns: the network with averaged parameters, or nil if it was stopped.
  /// - Throws: what the device reports.
  package func run(
    _ trainer: Trainer, on context: Context?, report: (_ step: Int, _ loss: Double) throws -> Bool
  ) throws -> ToyNetwork? {
    let batches = try ToyBatches(of: truth, on: context?.device, size: batch, seed: seed)
    while trainer.step < iterations {
      let batch = try batches.batch(trainer.step)
      let loss = try trainer.step([batch], images: self.batch, duration: 1)
      if try !report(trainer.step, loss) { return nil }
    }
    return ToyNetwork(
      network, parameters: try trainer.average(0),
      training: [
        "classes": classes, "iterations": "\(iterations)", "seed": "\(seed)",
        "batch": "\(batch)",
      ])
  }

  /// Goes on from a file, or begins.
  package func state(at path: String, settings: String) throws(CheckpointError) -> TrainingState {
    try TrainingState(
      path, parameters: network.trainingGraph().parameters, averages: 1, settings: settings)
  }

  /// Keeps a state in a file.
  package func keep(_ state: TrainingState, at path: String, settings: String) throws(FileError) {
    try state.write(
      to: path, parameters: network.trainingGraph().parameters, settings: settings)
  }
}
