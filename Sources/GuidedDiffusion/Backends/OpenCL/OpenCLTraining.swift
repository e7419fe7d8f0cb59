/// Training on an OpenCL device: parameters, gradients, moments and averages stay there.
package final class OpenCLTraining: TrainingBackend {
  /// Loss and gradients.
  package let executable: OpenCLExecutable
  private let layout: ParameterLayout
  private let optimizer: OpenCLOptimizer
  private let inputs: [(name: String, shape: Shape)]

  /// Whether the weights on the device are packed as the parameters are.
  private var isPrepared = false

  /// Compiles a training graph for a device and starts from a state.
  ///
  /// - Parameters:
  ///   - training: loss and gradients.
  ///   - state: the parameters, moments and averages to start from.
  ///   - capacity: most images at once.
  ///   - memory: most bytes for activations; where those that are kept take more, some are computed
  ///     anew in the backward pass. The numbers stay the same bits.
  ///   - table: which algorithm serves which convolution.
  ///   - context: the device.
  /// - Throws: ``SettingsError`` if `memory` is too small for any, ``OpenCLError``,
  ///   ``UnsupportedOperation``, or what the constants throw.
  package init(
    _ training: TrainingGraph, state: TrainingState, capacity: Int, memory: Int? = nil,
    table: AlgorithmTable = .cpu(.standard), on context: Context
  ) throws {
    let alignment = max(context.device.subBufferAlignment / 4, 8)
    let layout = ParameterLayout(training.parameters, alignment: alignment)
    optimizer = try OpenCLOptimizer(layout, state: state, on: context)
    var shared: [String: Buffer] = [:]
    for entry in layout.entries {
      let size = (entry.shape.count + 7) / 8 * 8 * 4
      shared[entry.name] = try Buffer(
        optimizer.parameters, offset: entry.offset * 4, size: size)
      shared[TrainingGraph.gradientName(entry.name)] = try Buffer(
        optimizer.partGradients, offset: entry.offset * 4, size: size)
    }
    shared["loss.sum"] = try Buffer(
      optimizer.partGradients, offset: optimizer.lossOffset, size: 32)
    var options = OpenCLOptions(table: table)
    if memory != nil { options.preparationBudget = 0 }
    let fitting =
      try memory.map { budget in
        try training.fitting(budget) { graph in
          try LoweredGraph(
            graph, parameters: training.constants, outputs: training.outputs, capacity: capacity,
            options: options, shared: shared, on: context
          ).place(on: context.device).sizes.reduce(0, +)
        }
      } ?? training
    executable = try OpenCLExecutable(
      compiling: fitting.graph, parameters: training.constants, outputs: training.outputs,
      capacity: capacity, options: options, on: context, shared: shared, isolated: false)
    self.layout = layout
    let trained = Set(training.parameters.map(\.name))
    inputs = training.graph.inputs.filter { !trained.contains($0.name) }
  }

  package func normalizeWeights() throws { try optimizer.normalizeWeights() }

  package func clearGradients() throws {
    isPrepared = false
    try optimizer.clearGradients()
  }

  package func addGradients(of batch: [String: Tensor<Float>]) throws {
    var images = 0
    for (name, shape) in inputs {
      guard let buffer = executable.input(name) else { continue }
      guard let tensor = batch[name] else { preconditionFailure("no input named \(name)") }
      images = tensor.elements.count / shape.count
      precondition(images <= executable.capacity, "\(images) images in one part")
      try buffer.write(PaddedLayout.padded(tensor.elements, channels: shape.channels))
    }
    try executable.enqueue(batch: images, isPrepared: isPrepared)
    isPrepared = true
    try optimizer.addGradients()
  }

  package func update(_ update: ParameterUpdate) throws {
    isPrepared = false
    try optimizer.update(update)
  }

  package func totalLoss() throws -> Double { try optimizer.totalLoss() }

  package func read(_ part: TrainingState.Part) throws -> [String: [Float]] {
    layout.unpack(try optimizer.read(part))
  }
}
