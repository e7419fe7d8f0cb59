extension EDM2Configuration {
  /// Loss and gradients of the network; frequencies and phases stay as they are.
  ///
  /// - Parameter constants: the frequencies and phases.
  /// - Returns: a graph to compile for training.
  package func training(constants: any ParameterSource) -> TrainingGraph {
    TrainingGraph(trainingGraph(), constants: constants) { name in
      !name.hasSuffix(".freqs") && !name.hasSuffix(".phases")
    }
  }

  /// Parameters before training, as the official code starts: standard normal weights, gains of
  /// zero, frequencies 2π N(0, 1), phases uniform in 0..<2π.
  ///
  /// - Parameter seed: of all numbers; each parameter has a sequence of its own.
  /// - Returns: the elements of each parameter.
  package func initialParameters(seed: Int) -> [String: [Float]] {
    var parameters: [String: [Float]] = [:]
    for (index, (name, shape)) in graph().parameters.enumerated() {
      let draws = TrainingDraws(seed: seed, sequence: -2 - index)
      parameters[name] =
        if shape.dimensions.isEmpty {
          [0]
        } else if name.hasSuffix(".phases") {
          (0..<shape.count).map { Float(2 * Double.pi * draws.uniform($0)) }
        } else {
          parallelMap(shape.count, block: 4096) {
            draws.normal($0) * (name.hasSuffix(".freqs") ? twoPi : 1)
          }
        }
    }
    return parameters
  }
}
