/// One EDM2 network in training on one device: what `autoguide train` drives.
///
///     let training = try EDM2Training(recipe, on: device, capacity: 64)
///     while training.images < recipe.duration {
///       let loss = try training.step(images: pixels, labels: labels)
///     }
///     try training.writeSnapshot(0, to: "main.safetensors")
public final class EDM2Training {
  /// What is trained, and how.
  public let recipe: EDM2Recipe

  /// Most images in the device's memory at once; larger batches are accumulated in parts.
  public let capacity: Int

  /// Images that the training has seen.
  public var images: Int { trainer.time }

  /// Whatever else is kept with the state by name, such as seconds of work.
  public var notes: [String: Double]

  private let graph: TrainingGraph
  private let constants: [String: [Float]]
  private let trainer: Trainer

  /// Begins, or goes on from a state in a file.
  ///
  /// - Parameters:
  ///   - recipe: a valid one.
  ///   - state: of ``writeState(to:settings:)``; nil to begin.
  ///   - settings: text that must be that of the state, for example the recipe with the data.
  ///   - device: what computes.
  ///   - capacity: most images at once.
  ///   - memory: most bytes for activations: some are computed anew where they would take more; nil
  ///     keeps all.
  /// - Throws: ``CheckpointError`` if the state is not of this training, ``SettingsError`` if
  ///   `memory` is too small, ``OpenCLError``, or ``UnsupportedOperation``.
  public init(
    _ recipe: EDM2Recipe, state: String? = nil, settings: String = "",
    on device: ComputeDevice, capacity: Int, memory: Int? = nil
  ) throws {
    self.recipe = recipe
    self.capacity = min(capacity, recipe.batch)
    let initial = recipe.network.initialParameters(seed: recipe.seed)
    let graph = recipe.network.training(constants: FixedParameters(initial))
    let trained = Set(graph.parameters.map(\.name))
    constants = initial.filter { !trained.contains($0.key) }
    let averages = recipe.averages.count
    let state =
      if let state {
        try TrainingState(
          state, parameters: graph.parameters, averages: averages, settings: settings)
      } else {
        TrainingState(initial: initial.filter { trained.contains($0.key) }, averages: averages)
      }
    let backend: any TrainingBackend =
      switch device {
      case .openCL(let device):
        try OpenCLTraining(
          graph, state: state, capacity: self.capacity, memory: memory, on: try Context(device))
      case .fallback:
        try CPUTraining<Float>(graph, state: state, capacity: self.capacity, memory: memory)
      }
    trainer = Trainer(backend, settings: recipe.trainer, step: state.step, time: state.time)
    notes = state.notes
    self.graph = graph
  }

  /// The learning rate of the next step.
  public var learningRate: Double { trainer.settings.schedule.rate(at: Double(images)) }

  /// Makes one step.
  ///
  /// - Parameters:
  ///   - images: y of the whole batch, `[N, H, W, C]`, N being the recipe's.
  ///   - labels: `[N, labelCount]`; empty for an unconditional network.
  /// - Returns: the loss before the step, its mean over images, pixels and channels.
  /// - Throws: what the device reports.
  public func step(images: [Float], labels: [Float]) throws -> Double {
    let network = recipe.network
    let edge = network.imageResolution
    let shape = [edge, edge, network.imageChannels]
    let (size, classes) = (shape.reduce(1, *), network.labelCount)
    precondition(
      images.count == recipe.batch * size && labels.count == recipe.batch * classes,
      "\(images.count) elements and \(labels.count) labels for \(recipe.batch) images of \(shape)")
    let start = self.images
    let parts = stride(from: 0, to: recipe.batch, by: capacity).lazy.map { first in
      let part = first..<min(first + self.capacity, self.recipe.batch)
      return self.recipe.noise.inputs(
        images: Tensor(images, shape: shape, of: part),
        labels: classes > 0 ? Tensor(labels, shape: [classes], of: part) : nil,
        first: start + first)
    }
    return try trainer.step(parts, images: recipe.batch, duration: recipe.batch) / Double(size)
  }

  /// Keeps all that is needed to go on.
  ///
  /// - Parameters:
  ///   - path: replaced when the file is complete.
  ///   - settings: compared when the training goes on.
  /// - Throws: ``FileError``, or what the device reports.
  public func writeState(to path: String, settings: String) throws {
    var state = try trainer.state()
    state.notes = notes
    try state.write(to: path, parameters: graph.parameters, settings: settings)
  }

  /// Writes an average as a network of its own, in half precision.
  ///
  /// - Parameters:
  ///   - index: of the recipe's averages.
  ///   - path: replaced when the file is complete.
  /// - Throws: ``FileError``, or what the device reports.
  public func writeSnapshot(_ index: Int, to path: String) throws {
    let parameters = try trainer.average(index).merging(constants) { trained, _ in trained }
    let shapes = recipe.network.graph().parameters
    let encoder: ImageEncoder = recipe.isLatent ? .publishedLatents : .rgb
    let file = try SafetensorsWriter(
      path,
      entries: shapes.map { .init(name: $0.name, type: .f16, shape: $0.shape.dimensions) },
      metadata: EDM2Network.metadata(recipe.network, encoder) + [
        .init("autoguide.images", String(images)),
        .init("autoguide.ema", String(recipe.averages[index].length)),
      ])
    for (name, _) in shapes { try file.append(halves: parameters[name] ?? []) }
    try file.commit()
  }
}
