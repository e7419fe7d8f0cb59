/// The optimiser's part of a training on a device: one launch per pass over all parameters.
final class OpenCLOptimizer {
  /// All parameters, in their layout.
  let parameters: Buffer

  /// Where the executable leaves the gradients of one part of a batch, and behind them, at
  /// ``lossOffset``, its loss.
  let partGradients: Buffer

  /// In bytes.
  let lossOffset: Int

  private let gradients: Buffer
  private let parts: [TrainingState.Part: Buffer]
  private let count: Int
  private let context: Context
  private let averages: [Launch]
  private let accumulate: Launch
  private let adam: Launch
  private let normalize: Launch?

  init(_ layout: ParameterLayout, state: TrainingState, on context: Context) throws {
    let count = layout.count
    self.count = count
    self.context = context
    var parts: [TrainingState.Part: Buffer] = [:]
    for (part, tensors) in state.parts {
      parts[part] = try Buffer(layout.pack { tensors[$0.name] ?? [] }, on: context)
    }
    guard let parameters = parts[.parameters], let mean = parts[.mean],
      let square = parts[.square]
    else { preconditionFailure("a state has parameters and moments") }
    let zeros = [Float](repeating: 0, count: count + 8)
    lossOffset = count * 4
    let (partGradients, gradients) = (
      try Buffer(zeros, on: context), try Buffer(zeros, on: context)
    )

    let program = try context.program(.optimizer)
    let vectors = count / 8
    let perItem = max(1, vectors / (4 * context.device.computeUnits))
    func launch(
      _ name: String, _ buffers: [Buffer], vectors: Int, numbers: Int
    ) throws -> Launch {
      try Launch(
        name, of: program,
        buffers.map { .buffer($0) } + [.int(vectors), .int(perItem)]
          + [Argument](repeating: .float(0), count: numbers),
        size: { _ in [(vectors + perItem - 1) / perItem] })
    }
    accumulate = try launch(
      "accumulate", [gradients, partGradients], vectors: vectors + 1, numbers: 0)
    adam = try launch(
      "adam", [parameters, gradients, mean, square], vectors: vectors, numbers: 8)
    averages = try (0..<parts.count - 3).map { index in
      guard let average = parts[.average(index)] else { preconditionFailure("no average") }
      return try launch("average", [average, parameters], vectors: vectors, numbers: 1)
    }
    let rows = layout.weightRows
    let table = rows.flatMap { [Int32($0.offset), Int32($0.length)] }
    normalize =
      rows.isEmpty
      ? nil
      : try Launch(
        "normalize_weights", of: program,
        [.buffer(parameters), .buffer(try Buffer(table, on: context)), .float(1e-4)],
        size: { _ in [rows.count] })
    self.parameters = parameters
    self.partGradients = partGradients
    self.gradients = gradients
    self.parts = parts
  }

  func normalizeWeights() throws { try normalize?.enqueue(batch: 1) }

  func clearGradients() throws { try gradients.fill(Float(0), count: count + 8) }

  func addGradients() throws { try accumulate.enqueue(batch: 1) }

  func update(_ update: ParameterUpdate) throws {
    let (mean, root) = update.adam.factors(step: update.step, rate: update.rate)
    let (b1, b2) = (update.adam.beta1, update.adam.beta2)
    let numbers = [update.scale, b1, 1 - b1, b2, 1 - b2, update.adam.epsilon, mean, root]
    for (index, number) in numbers.enumerated() { try adam.set(6 + index, .float(number)) }
    try adam.enqueue(batch: 1)
    for (average, weight) in zip(averages, update.averageWeights) {
      try average.set(4, .float(weight))
      try average.enqueue(batch: 1)
    }
  }

  /// The loss of all parts since ``clearGradients()``.
  func totalLoss() throws -> Double {
    let loss = try Buffer(gradients, offset: lossOffset, size: 4)
    return Double(try loss.read(1, as: Float.self)[0])
  }

  func read(_ part: TrainingState.Part) throws -> [Float] {
    guard let buffer = parts[part] else { preconditionFailure("no \(part)") }
    return try buffer.read(count, as: Float.self)
  }
}
