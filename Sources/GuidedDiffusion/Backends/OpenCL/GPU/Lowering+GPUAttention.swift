extension Lowering {
  /// Attention by tiles of queries and keys; norms per head become factors of their rows.
  mutating func lowerOnGPU(_ attention: Attention, _ value: Graph.Value) throws {
    let (node, heads) = (graph[value], attention.heads)
    let (tokens, width) = (node.shape.rows, node.shape.channels / heads)
    var (operands, epsilons): ([PendingArgument], [PendingArgument]) = ([], [])
    var isNormed = false
    for operand in node.operands {
      let (base, epsilon) = fusion.normalized(operand, heads: heads)
      operands += arguments(try self.operand(base))
      epsilons.append(.float(epsilon ?? -1))
      isNormed = isNormed || epsilon != nil
    }
    let options =
      Self.options(isHalf(rows: tokens), to: isHalf(value))
      + " -DWHOLE=\(width % 8 == 0 ? 1 : 0) -DNORMED=\(isNormed ? 1 : 0)"
    let sizes: [PendingArgument] = [.int(tokens), .int(heads), .int(width)]
    let label = "\(heads) heads of \(width) @\(tokens)"
    var factors: [PendingArgument] = []
    if isNormed {
      let rows = tokens * heads
      let memory = region(floats: 3 * rows * capacity)
      try emit(
        "gpu_attention_factors", of: .gpuAttention, options: options,
        operands + epsilons + [.write(memory)] + sizes + [.perImage(rows)], label: label,
        local: [Self.group], size: { [Self.inGroups($0 * rows)] })
      factors = [.read(memory), .perImage(rows)]
    }
    let result = define(value)
    let (tiles, slices) = ((tokens + 31) / 32, (width + 63) / 64)
    try emit(
      "gpu_attention", of: .gpuAttention, options: options,
      operands + [.write(result.memory)] + sizes + [.float(attention.scale)] + factors,
      label: label, multiplyAdds: graph.multiplyAdds(of: node), local: [Self.group, 1, 1],
      size: { [tiles * Self.group, slices, $0 * heads] })
  }
}
