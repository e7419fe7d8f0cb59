import ArgumentParser
import GuidedDiffusion

/// One training iteration of the 2D example.
struct ToyCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "toy", abstract: "Time a training iteration of the 2D example.",
    discussion: """
      Points and their true scores, loss, gradient through the score, Adam and average. With
      --interactive another program can be timed in turns with it.
      """)

  @Option(help: "Features of each layer: 64 is the main network, 32 its guide.")
  var dim = 64

  @Option(help: "Points per iteration.")
  var batch = 4096

  @Option(help: "Iterations in a row; times are those of all. One alone finds the caches cold.")
  var iterations = 10

  @OptionGroup var driver: InteractiveOption
  @OptionGroup var options: DeviceOptions

  func validate() throws {
    for (name, value) in [("dim", dim), ("batch", batch), ("iterations", iterations)]
    where value < 1 {
      throw ValidationError("--\(name) is \(value): give 1 or more")
    }
  }

  func run() async throws {
    let context = try options.context()
    var training = ToyTraining.main
    (training.network.features, training.batch) = (dim, batch)
    let iteration = try ToyIteration(training, on: context)
    let subject = Subject(
      name: "toy \(dim), \(iterations) iterations", batch: batch,
      operations: 2 * iteration.multiplyAdds * Double(iterations)
    ) { [iterations] in for _ in 0..<iterations { try iteration.run() } }
    if driver.interactive {
      try await Interactive(subject: subject, context: context).serve()
    } else {
      try await options.report(subject, on: context)
    }
  }
}

/// A training that makes one step at a time.
private final class ToyIteration {
  /// Of all matrix products of one step.
  let multiplyAdds: Double

  private let trainer: Trainer
  private let batches: ToyBatches

  init(_ training: ToyTraining, on context: Context) throws {
    let truth = training.truth
    trainer = try training.trainer(from: training.initialState, on: context)
    batches = ToyBatches(
      of: truth, scores: try truth.model(on: context), size: training.batch, seed: 0)
    multiplyAdds = Double(training.batch * training.multiplyAddsPerPoint)
  }

  func run() throws {
    let batch = try batches.batch(trainer.step)
    try trainer.step([batch], images: batch["x"]?.shape[0] ?? 0, duration: 1)
  }
}
