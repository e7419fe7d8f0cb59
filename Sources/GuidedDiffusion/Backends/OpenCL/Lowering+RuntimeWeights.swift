/// Weights that change from run to run: what ``ConstantEvaluator`` and ``Packing`` do once for
/// those of a checkpoint is done by kernels.
extension Lowering {
  /// What tells packed weights apart: in a training several products read the same.
  struct PackedWeights: Hashable {
    let value: Graph.Value
    let packing: Packing
    let algorithm: ConvolutionAlgorithm
  }

  /// Packed weights of a convolution: made at compilation if they are constant, else by a launch.
  mutating func packedWeights(
    _ value: Graph.Value, _ packing: Packing, _ algorithm: ConvolutionAlgorithm
  ) throws -> Memory {
    if fusion.isConstant[value.index] { return addWeights([value], packing, .algorithm(algorithm)) }
    let key = PackedWeights(value: value, packing: packing, algorithm: algorithm)
    if let packed = packedWeights[key] { return packed }
    let wasPreparing = isPreparing
    isPreparing = graph.dependsOnUnbatchedInputsAlone[value.index]
    defer { isPreparing = wasPreparing }
    let weights = view(value)
    let (inputs, outputs) = (packing.sources.reduce(0, +), packing.outputs)
    let padded = packing.inputs(algorithm)
    let packed = region(floats: packing.count(algorithm))
    let sizes: [PendingArgument] = [
      .int(inputs), .int(padded), .int(outputs), .int(packing.taps),
    ]
    let label = "\(inputs)->\(outputs) \(algorithm.name)"
    switch algorithm {
    case .direct:
      try emit(
        "pack_direct", of: .weights, [.read(weights.memory), .write(packed)] + sizes,
        label: label, size: { _ in [packing.panels, packing.taps] })
    case .winograd(let m):
      let transform = try upload(Winograd.weightTransform(m).map { Float($0) })
      try emit(
        "pack_winograd", of: .weights,
        [.read(weights.memory), .read(transform), .write(packed)] + sizes + [.int(m + 2)],
        label: label, size: { _ in [packing.panels, padded / 8] })
    }
    packedWeights[key] = packed
    return packed
  }

  mutating func lowerTranspose(_ value: Graph.Value) throws {
    let source = graph[value].operands[0]
    let size = graph.shape(source).dimensions
    let result = define(value)
    try emit(
      "transpose_kernels", of: .weights,
      [
        .read(view(source).memory), .write(result.memory), .int(size[0]), .int(size[1]),
        .int(size[2...].reduce(1, *)),
      ], label: "\(graph.shape(source))", size: { _ in [size[1]] })
  }

  mutating func lowerGather(_ value: Graph.Value, _ rows: [Int]) throws {
    let length = graph.shape(value).count / rows.count
    let source = view(graph[value].operands[0])
    let indices = try upload(rows.map { Float($0) })
    let result = define(value)
    try emit(
      "gather_rows", of: .weights,
      [.read(source.memory), .read(indices), .write(result.memory), .int(length)],
      label: "\(graph.shape(value))", size: { _ in [rows.count] })
  }

  /// The norm of each output feature's weights.
  mutating func lowerRowNorm(_ norm: Normalization, _ value: Graph.Value) throws {
    let shape = graph.shape(value)
    guard !shape.isBatched else {
      throw UnsupportedOperation(detail: "a norm over whole images")
    }
    let rows = shape.dimensions[0]
    let source = view(graph[value].operands[0])
    let result = define(value)
    try emit(
      "normalize_rows", of: .weights,
      [
        .read(source.memory), .write(result.memory), .int(shape.count / rows),
        .float(norm.epsilon),
      ], label: "\(shape)", size: { _ in [rows] })
  }
}
