extension Lowering {
  mutating func lowerStandardization(_ value: Graph.Value, epsilon: Double) throws {
    try emitRows(
      "standardize", arguments(view(graph[value].operands[0])), value, [.float(epsilon)])
  }

  mutating func lowerTokens(_ value: Graph.Value) throws {
    let operands = graph[value].operands
    try emitRows(
      "tokens", arguments(view(operands[0])) + [.read(view(operands[1]).memory)], value,
      [.int(graph.shape(value).rows)])
  }

  /// A row of each image is a view of the whole.
  mutating func lowerRow(_ value: Graph.Value, _ index: Int) {
    let source = graph[value].operands[0]
    let view = view(source)
    views[value] = View(
      memory: view.memory, offset: view.offset + index * view.stride,
      stride: view.stride * graph.shape(source).rows, isHalf: view.isHalf)
  }
}
