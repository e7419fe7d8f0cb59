extension Lowering {
  mutating func lowerGradient(of norm: Normalization, _ value: Graph.Value) throws {
    let (operands, shape) = (graph[value].operands, graph.shape(value))
    let sources: [PendingArgument] = [
      .read(try dense(operands[0])), .read(try dense(operands[1])),
    ]
    let result = define(value)
    switch norm.axes {
    case .allButFirst:
      let rows = shape.dimensions[0]
      try emit(
        "normalize_rows_gradient", of: .weights,
        sources + [.write(result.memory), .int(shape.count / rows), .float(norm.epsilon)],
        label: "\(shape)", size: { _ in [rows] })
    case .channels(let groups):
      let rows = PaddedLayout.rows(shape)
      let perItem = rowsPerItem(rows)
      try emit(
        "normalize_channels_gradient", of: .gradient,
        sources + [
          .write(result.memory), .int(shape.channels), .perImage(rows), .int(perItem),
          .int(shape.channels / groups), .float(norm.epsilon),
        ], label: "\(shape)", size: { [($0 * rows + perItem - 1) / perItem] })
    }
  }

  /// dq, dk and dv of one image and head at a time.
  mutating func lowerGradient(of attention: Attention, _ value: Graph.Value) throws {
    let node = graph[value]
    let shape = graph.shape(node.operands[0])
    let (tokens, width) = (shape.rows, shape.channels / attention.heads)
    guard width % 8 == 0, tokens <= 4096 else {
      throw UnsupportedOperation(
        detail: "the gradient of attention with \(width) channels per head over \(tokens) pixels")
    }
    let sources: [PendingArgument] = try node.operands.map { .read(try dense($0)) }
    let keys = (tokens + 15) / 16 * 16
    let packed = region(floats: capacity * attention.heads * 2 * keys * width)
    let result = define(value)
    var most = 64
    while most < tokens { most *= 2 }
    let tile = RegisterTile(.direct, on: context.device)
    try emit(
      "attention_gradient", of: .attentionGradient,
      options: "-DROWS=\(tile.rows) -DTOKENS=\(most)",
      sources + [
        .write(packed), .write(result.memory), .int(tokens), .int(attention.heads), .int(width),
        .float(attention.scale),
      ], label: "\(attention.heads) heads of \(width) @\(tokens)",
      multiplyAdds: graph.multiplyAdds(of: node), size: { [$0 * attention.heads] })
  }
}
