/// Training on the CPU backend: in `Float` where no OpenCL device is, in `Double` as the oracle.
package final class CPUTraining<Element: CPUScalar>: TrainingBackend {
  private let executable: CPUExecutable<Element>
  private let layout: ParameterLayout
  private var parts: [TrainingState.Part: [Element]]
  private var gradients: [Element]
  private var loss = 0.0

  /// Compiles a training graph and starts from a state.
  ///
  /// - Parameters:
  ///   - training: loss and gradients.
  ///   - state: the parameters, moments and averages to start from.
  ///   - capacity: most images at once; counts for `memory` alone.
  ///   - memory: most bytes for activations; see ``TrainingGraph``.
  /// - Throws: ``SettingsError`` if `memory` is too small, or what the graph's constants throw.
  package init(
    _ training: TrainingGraph, state: TrainingState, capacity: Int = 1, memory: Int? = nil
  ) throws {
    let bytes = MemoryLayout<Element>.size * capacity
    let training =
      try memory.map { budget in
        try training.fitting(budget) { $0.peakElements(for: training.outputs) * bytes }
      } ?? training
    executable = try CPUExecutable(
      compiling: training.graph, parameters: training.constants, outputs: training.outputs)
    let layout = ParameterLayout(training.parameters, alignment: 1)
    self.layout = layout
    parts = state.parts.mapValues { tensors in
      layout.pack { entry in (tensors[entry.name] ?? []).map { Element($0) } }
    }
    gradients = [Element](repeating: 0, count: layout.count)
  }

  package func normalizeWeights() {
    guard var weights = parts[.parameters] else { return }
    for row in layout.weightRows {
      let range = row.offset..<row.offset + row.length
      let squares = weights[range].reduce(0) { $0 + $1 * $1 }
      let factor = 1 / (1e-4 + (squares / Element(row.length)).squareRoot())
      for i in range { weights[i] *= factor }
    }
    parts[.parameters] = weights
  }

  package func clearGradients() {
    for i in gradients.indices { gradients[i] = 0 }
    loss = 0
  }

  package func addGradients(of inputs: [String: Tensor<Float>]) {
    var all = inputs.mapValues {
      Tensor(shape: $0.shape, elements: $0.elements.map { Element($0) })
    }
    for entry in layout.entries {
      guard let weights = parts[.parameters] else { return }
      all[entry.name] = Tensor(
        shape: entry.shape.dimensions, elements: Array(weights[entry.range]))
    }
    let results = executable.run(all)
    for entry in layout.entries {
      guard let gradient = results[TrainingGraph.gradientName(entry.name)] else { continue }
      for (i, element) in zip(entry.range, gradient.elements) { gradients[i] += element }
    }
    loss += Double(results["loss.sum"]?.elements[0] ?? 0)
  }

  package func update(_ update: ParameterUpdate) {
    guard var w = parts[.parameters], var m = parts[.mean], var v = parts[.square] else { return }
    let (b1, b2) = (Element(update.adam.beta1), Element(update.adam.beta2))
    let (c1, c2) = (Element(1 - update.adam.beta1), Element(1 - update.adam.beta2))
    let (mean, root) = update.adam.factors(step: update.step, rate: update.rate)
    for i in w.indices {
      let scaled = gradients[i] * Element(update.scale)
      let g = scaled.isFinite ? scaled : 0
      m[i] = b1 * m[i] + c1 * g
      v[i] = b2 * v[i] + c2 * g * g
      w[i] -=
        Element(mean) * m[i]
        / (Element(root) * v[i].squareRoot() + Element(update.adam.epsilon))
    }
    for (index, weight) in update.averageWeights.enumerated() {
      guard var average = parts[.average(index)] else { continue }
      for i in w.indices { average[i] += Element(weight) * (w[i] - average[i]) }
      parts[.average(index)] = average
    }
    (parts[.parameters], parts[.mean], parts[.square]) = (w, m, v)
  }

  package func totalLoss() -> Double { loss }

  package func read(_ part: TrainingState.Part) -> [String: [Float]] {
    layout.unpack(parts[part] ?? gradients).mapValues { $0.map { Float($0) } }
  }
}
