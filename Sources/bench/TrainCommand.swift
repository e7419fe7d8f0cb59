import ArgumentParser
import GuidedDiffusion

/// One training step of an EDM2 network.
struct TrainCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "train", abstract: "Time a training step of one network.",
    discussion: "Noisy images on the host to updated parameters and averages.")

  @Argument(help: "A published name such as edm2-img512-xs, or a file; default the built-in one.")
  var network: String?

  @Option(help: "Channels per resolution level in place of the network's, such as 32,64,96.")
  var channels: ChannelList?

  @Option(help: "Residual blocks per level in place of the network's.")
  var blocks: Int?

  @Option(help: "Images per step.")
  var batch = 128

  @Option(help: "Images at once.")
  var batchGpu = 32

  @Option(help: "Most megabytes for activations: more are computed twice.")
  var memory: Int?

  @Flag(help: "Print time and share of each kind of launch.")
  var profile = false

  @OptionGroup var driver: InteractiveOption
  @OptionGroup var options: DeviceOptions

  func run() async throws {
    let context = try options.context()
    var configuration =
      try network.map { name in
        try EDM2Configuration.published(name) ?? EDM2Network(name).configuration
      } ?? EDM2Network.embedded.main.configuration
    if let channels {
      configuration.levelChannels = channels.levels
      configuration.noiseChannels = channels.levels[0]
      configuration.embeddingChannels = channels.levels.max() ?? 0
    }
    if let blocks { configuration.blocksPerLevel = blocks }
    let step = try TrainingStep(
      configuration, batch: batch, capacity: min(batch, batchGpu),
      memory: memory.map { $0 * 1_000_000 }, on: context)
    let subject = Subject(
      name: "train \(network ?? "embedded")", batch: batch, operations: 2 * step.multiplyAdds,
      images: batch
    ) { try step.run() }
    if driver.interactive {
      try await Interactive(subject: subject, context: context).serve()
    } else {
      let measurement = try await options.report(subject, on: context)
      let executable = step.backend.executable
      if profile { try executable.showProfile(batch: batchGpu, peak: measurement.peak) }
    }
  }
}

/// Numbers of channels with commas between them, finest level first.
struct ChannelList: ExpressibleByArgument {
  let levels: [Int]

  init?(argument: String) {
    let numbers = argument.split(separator: ",", omittingEmptySubsequences: false).map { Int($0) }
    levels = numbers.compactMap { $0 }
    if levels.count != numbers.count || levels.contains(where: { $0 < 1 }) { return nil }
  }
}

/// A training that makes one step at a time, on random images.
private final class TrainingStep {
  /// Of one step.
  let multiplyAdds: Double

  let backend: OpenCLTraining
  private let trainer: Trainer
  private let images: [Tensor<Float>]
  private let labels: Tensor<Float>?
  private let noise = NoisyBatch(mean: -0.4, deviation: 1, seed: 1)
  private let batch: Int

  init(
    _ configuration: EDM2Configuration, batch: Int, capacity: Int, memory: Int?,
    on context: Context
  ) throws {
    let parameters = configuration.initialParameters(seed: 1)
    let training = configuration.training(constants: FixedParameters(parameters))
    let state = TrainingState(
      initial: parameters.filter { name, _ in
        training.parameters.contains { $0.name == name }
      }, averages: 2)
    backend = try OpenCLTraining(
      training, state: state, capacity: capacity, memory: memory, on: context)
    let averages = [0.05, 0.10].compactMap(PowerFunctionEMA.init)
    trainer = Trainer(
      backend,
      settings: Trainer.Settings(
        schedule: .edm2(reference: 0.01, decayBatches: 2000, batch: batch), averages: averages),
      step: 0, time: 0)
    self.batch = batch
    multiplyAdds = Double(training.graph.multiplyAdds * batch)
    let edge = configuration.imageResolution
    images = stride(from: 0, to: batch, by: capacity).map { first in
      let shape = [min(capacity, batch - first), edge, edge, configuration.imageChannels]
      let count = shape.reduce(1, *)
      return Tensor(
        shape: shape,
        elements: RandomParameters(seed: 2).elements(of: "x", shape: .fixed(count), as: Float.self))
    }
    let classes = configuration.labelCount
    labels =
      classes == 0
      ? nil
      : Tensor(
        shape: [capacity, classes],
        elements: (0..<capacity * classes).map { $0 / classes % classes == $0 % classes ? 1 : 0 })
  }

  func run() throws {
    var first = trainer.time
    let parts = images.lazy.map { images -> [String: Tensor<Float>] in
      defer { first += images.shape[0] }
      return self.noise.inputs(images: images, labels: self.labels, first: first)
    }
    try trainer.step(parts, images: batch, duration: batch)
  }
}
