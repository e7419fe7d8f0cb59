extension ToyMLP {
  /// Parameters before training: standard normal weights, a gain of zero.
  ///
  /// - Parameter seed: of PyTorch's CPU generator; one sequence for all weights, in their order.
  /// - Returns: the elements of each parameter.
  package func initialParameters(seed: Int) -> [String: [Float]] {
    var generator = CPUGenerator(seed: seed)
    var parameters: [String: [Float]] = [:]
    for (name, shape) in graph().parameters {
      parameters[name] =
        shape.dimensions.isEmpty ? [0] : generator.floatNormals(shape.count)
    }
    return parameters
  }
}
