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

  @Flag(help: "Print time and share of each kind of launch of an iteration.")
  var profile = false

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
      let measurement = try await options.report(subject, on: context)
      guard profile else { return }
      try iteration.backend.executable.showProfile(
        batch: batch, peak: measurement.peak, whole: measurement.median / Double(iterations))
    }
  }
}

/// A training that makes one step at a time.
private final class ToyIteration {
  /// Of all matrix products of one step.
  let multiplyAdds: Double

  let backend: OpenCLTraining
  private let trainer: Trainer
  private let batches: ToyBatches

  init(_ training: ToyTraining, on context: Context) throws {
    let state = training.initialState
    backend = try training.backend(from: state, on: context)
    trainer = training.trainer(backend, from: state)
    batches = try ToyBatches(
      of: training.truth, on: context.device, size: training.batch, seed: 0)
    multiplyAdds = Double(training.batch * training.multiplyAddsPerPoint)
  }

  func run() throws {
    let batch = try batches.batch(trainer.step)
    try trainer.step([batch], images: batch["x"]?.shape[0] ?? 0, duration: 1)
  }
}
