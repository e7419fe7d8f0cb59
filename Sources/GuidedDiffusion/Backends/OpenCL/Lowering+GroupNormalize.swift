extension Lowering {
  /// Moments of blocks of pixels, which stay in a core's cache; the blocks joined; the result.
  mutating func lower(_ norm: GroupNormalization, _ value: Graph.Value) throws {
    let (operands, shape) = (graph[value].operands, graph.shape(value))
    let (channels, pixels) = (shape.channels, shape.rows)
    let padded = PaddedLayout.channels(channels)
    // By the shape alone: bits depend on it.
    let blockRows = max(8, Self.blockFloats / padded)
    let blocks = (pixels + blockRows - 1) / blockRows
    let (x, gain, bias) = (view(operands[0]), view(operands[1]), view(operands[2]))
    let source: [PendingArgument] = [.read(x.memory), .int(x.offset), .int(x.stride)]
    let label = "\(norm.groups) groups of \(shape)"

    let sums = region(floats: blocks * 2 * padded * capacity)
    try emit(
      "group_norm_blocks", of: .groupNorm,
      source + [.write(sums), .int(padded), .int(pixels), .int(blockRows)], label: label,
      size: { [blocks, $0] })
    let moments = region(floats: 2 * padded * capacity)
    try emit(
      "group_norm_join", of: .groupNorm,
      [
        .read(sums), .read(gain.memory), .write(moments), .int(channels), .int(padded),
        .int(channels / norm.groups), .int(pixels), .int(blockRows), .float(norm.epsilon),
      ], label: label, size: { [norm.groups, $0] })
    let result = define(value)
    let perItem = rowsPerItem(pixels)
    try emit(
      "group_norm", of: .groupNorm,
      source + [
        .read(moments), .read(bias.memory), .write(result.memory), .int(padded), .int(pixels),
        .perImage(pixels), .int(perItem),
      ], label: label, size: { [($0 * pixels + perItem - 1) / perItem] })
  }

  /// Floats of one block: 64 KB.
  private static var blockFloats: Int { 1 << 14 }
}
