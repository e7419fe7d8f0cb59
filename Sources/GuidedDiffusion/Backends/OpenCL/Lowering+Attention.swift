extension Lowering {
  /// Packs q, k and v per head, normalised where the graph says so, then attends; in one launch if
  /// there are enough heads for all cores.
  mutating func lower(_ attention: Attention, _ value: Graph.Value) throws {
    let (node, heads) = (graph[value], attention.heads)
    let (tokens, width) = (node.shape.rows, node.shape.channels / heads)
    let keys = (tokens + 15) / 16 * 16
    let (wide, panels) = ((width + 7) / 8 * 8, (width + 15) / 16)
    guard panels * 16 <= 1024 else {
      throw UnsupportedOperation(detail: "attention with \(width) channels per head")
    }
    var head = 64
    while head < panels * 16 { head *= 2 }
    let tile = RegisterTile(.direct, on: context.device)
    let options = "-DHEAD=\(head) -DROWS=\(tile.rows)"

    var operands: [PendingArgument] = []
    for operand in node.operands {
      let (base, epsilon) = fusion.normalized(operand, heads: heads)
      let view = view(base)
      operands += [
        .read(view.memory), .int(view.offset), .int(view.stride), .float(epsilon ?? -1),
      ]
    }
    let packed = [tokens * wide, keys * wide, keys * panels * 16].map {
      region(floats: $0 * heads * capacity)
    }
    let label = "\(heads) heads of \(width) @\(tokens)"
    let (sizes, scale): ([PendingArgument], PendingArgument) = (
      [.int(tokens), .int(heads), .int(width)], .float(attention.scale)
    )
    let multiplyAdds = graph.multiplyAdds(of: node)
    if capacity * heads >= 8 * context.device.computeUnits {
      let result = define(value)
      try emit(
        "attention_whole", of: .attention, options: options,
        operands + (packed + [result.memory]).map { .write($0) } + sizes + [scale], label: label,
        multiplyAdds: multiplyAdds, size: { [$0 * heads] })
      return
    }
    try emit(
      "attention_pack", of: .attention, options: options,
      operands + packed.map { .write($0) } + sizes, label: label,
      size: { [keys / 16, $0 * heads] })
    let result = define(value)
    try emit(
      "attention", of: .attention, options: options,
      packed.map { .read($0) } + [.write(result.memory)] + sizes + [scale], label: label,
      multiplyAdds: multiplyAdds, size: { [tile.tiles(tokens), $0 * heads] })
  }
}
