extension Lowering {
  mutating func lowerOnGPU(_ resampling: Resampling, _ value: Graph.Value) throws {
    let sum = resampling.filter.reduce(0, +)
    let filter = try upload(resampling.filter.map { Float($0 / sum) })
    try emitPixels(
      resampling.direction == .down ? "gpu_resample_down" : "gpu_resample_up", value,
      [.read(filter), .int(resampling.filter.count)], hasResultSize: false)
  }

  mutating func lowerOnGPU(_ pooling: Pooling, _ value: Graph.Value) throws {
    try emitPixels(
      "gpu_pool", value,
      [
        .int(pooling.reduction.kernelArgument), .int(pooling.size), .int(pooling.stride),
        .int(pooling.padding),
      ])
  }

  mutating func lowerOnGPU(_ resizing: Resizing, _ value: Graph.Value) throws {
    let (source, target) = (graph.shape(graph[value].operands[0]), graph.shape(value))
    try emitPixels("gpu_resize", value, resizeTables(resizing, source, target))
  }

  /// One item for each eight channels of an image made of another.
  private mutating func emitPixels(
    _ name: String, _ value: Graph.Value, _ arguments: [PendingArgument],
    hasResultSize: Bool = true
  ) throws {
    let operand = graph[value].operands[0]
    let (source, target) = (graph.shape(operand), graph.shape(value))
    let input = try dense(operand, isHalf: isHalf(rows: source.rows))
    let result = define(value)
    try emitItems(
      name, of: .gpuImages, isHalf(rows: source.rows), to: result.isHalf,
      [.read(input), .write(result.memory)] + arguments
        + [.int(source.height), .int(source.width)]
        + (hasResultSize ? [.int(target.height), .int(target.width)] : []) + [.int(result.stride)],
      PaddedLayout.count(target) / 8, label: "\(source) to \(target)")
  }
}
