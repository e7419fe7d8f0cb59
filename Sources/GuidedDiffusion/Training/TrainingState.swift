/// All that a training needs to go on as if it had never stopped.
package struct TrainingState: Sendable {
  /// What lies in memory as the parameters do.
  package enum Part: Hashable, Sendable {
    case parameters
    /// m and v of Adam.
    case mean
    case square
    /// The average of this index.
    case average(Int)
  }

  /// The elements of each part, by parameter.
  package var parts: [Part: [String: [Float]]]

  /// Steps made.
  package var step: Int

  /// Time so far in the units of the training: iterations or images.
  package var time: Int

  /// Whatever else a training keeps by name, such as seconds of work.
  package var notes: [String: Double] = [:]

  /// A state.
  package init(parts: [Part: [String: [Float]]], step: Int, time: Int) {
    self.parts = parts
    self.step = step
    self.time = time
  }

  /// The state before the first step: moments are zero, averages equal to the parameters.
  package init(initial parameters: [String: [Float]], averages: Int) {
    let zeros = parameters.mapValues { [Float](repeating: 0, count: $0.count) }
    var parts: [Part: [String: [Float]]] = [
      .parameters: parameters, .mean: zeros, .square: zeros,
    ]
    for index in 0..<averages { parts[.average(index)] = parameters }
    self.init(parts: parts, step: 0, time: 0)
  }

  /// The parts of a training with so many averages.
  static func allParts(averages: Int) -> [Part] {
    [.parameters, .mean, .square] + (0..<averages).map { .average($0) }
  }
}

extension TrainingState.Part {
  /// Its prefix in files.
  var label: String {
    switch self {
    case .parameters: "parameters"
    case .mean: "adam.mean"
    case .square: "adam.square"
    case .average(let index): "average\(index)"
    }
  }
}
