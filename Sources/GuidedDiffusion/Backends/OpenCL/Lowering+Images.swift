extension Lowering {
  mutating func lower(_ pooling: Pooling, _ value: Graph.Value) throws {
    let source = graph[value].operands[0]
    let (image, rows) = (graph.shape(source), graph.shape(value).height)
    let kind =
      switch pooling.reduction {
      case .maximum: 0
      case .mean(countsPadding: false): 1
      case .mean(countsPadding: true): 2
      }
    let input = try dense(source)
    let result = define(value)
    try emit(
      "pool", of: .images,
      [
        .read(input), .write(result.memory), .int(kind), .int(pooling.size),
        .int(pooling.stride), .int(pooling.padding), .int(image.height), .int(image.width),
        .int(rows), .int(graph.shape(value).width), .int(result.stride),
      ], label: "\(image)", size: { [$0 * rows] })
  }

  mutating func lower(_ resizing: Resizing, _ value: Graph.Value) throws {
    let source = graph[value].operands[0]
    let (image, shape) = (graph.shape(source), graph.shape(value))
    let rows = resizing.taps(from: image.height, to: shape.height)
    let columns = resizing.taps(from: image.width, to: shape.width)
    let tables = try [rows, columns].map { taps in
      try upload(taps.flatMap { [Float($0.start)] + $0.weights.map { Float($0) } })
    }
    let input = try dense(source)
    let result = define(value)
    try emit(
      "resize", of: .images,
      [
        .read(input), .write(result.memory), .read(tables[0]), .int(rows[0].weights.count),
        .read(tables[1]), .int(columns[0].weights.count), .int(image.height),
        .int(image.width), .int(shape.height), .int(shape.width), .int(result.stride),
      ], label: "\(image) to \(shape)", size: { [$0 * shape.height] })
  }
}
