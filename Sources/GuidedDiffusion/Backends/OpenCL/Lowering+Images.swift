extension Lowering {
  mutating func lower(_ pooling: Pooling, _ value: Graph.Value) throws {
    let source = graph[value].operands[0]
    let (image, rows) = (graph.shape(source), graph.shape(value).height)
    let input = try dense(source)
    let result = define(value)
    try emit(
      "pool", of: .images,
      [
        .read(input), .write(result.memory), .int(pooling.reduction.kernelArgument),
        .int(pooling.size), .int(pooling.stride), .int(pooling.padding), .int(image.height),
        .int(image.width),
        .int(rows), .int(graph.shape(value).width), .int(result.stride),
      ], label: "\(image)", size: { [$0 * rows] })
  }

  mutating func lower(_ resizing: Resizing, _ value: Graph.Value) throws {
    let source = graph[value].operands[0]
    let (image, shape) = (graph.shape(source), graph.shape(value))
    let tables = try resizeTables(resizing, image, shape)
    let input = try dense(source)
    let result = define(value)
    try emit(
      "resize", of: .images,
      [
        .read(input), .write(result.memory),
      ] + tables + [
        .int(image.height), .int(image.width), .int(shape.height), .int(shape.width),
        .int(result.stride),
      ], label: "\(image) to \(shape)", size: { [$0 * shape.height] })
  }

  /// First pixels and weights of each row and each column, and how many weights there are.
  mutating func resizeTables(
    _ resizing: Resizing, _ source: Shape, _ target: Shape
  ) throws -> [PendingArgument] {
    let rows = resizing.taps(from: source.height, to: target.height)
    let columns = resizing.taps(from: source.width, to: target.width)
    return try [rows, columns].flatMap { taps -> [PendingArgument] in
      let table = try upload(taps.flatMap { [Float($0.start)] + $0.weights.map { Float($0) } })
      return [.read(table), .int(taps[0].weights.count)]
    }
  }
}

extension Pooling.Reduction {
  /// Its number in `images.clh`.
  var kernelArgument: Int {
    switch self {
    case .maximum: 0
    case .mean(countsPadding: false): 1
    case .mean(countsPadding: true): 2
    }
  }
}
