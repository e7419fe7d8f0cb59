extension Lowering {
  /// Pixel norm, with gain silu of it if a convolution wants that; or a norm per run of channels.
  mutating func lowerOnGPU(_ norm: Normalization, _ value: Graph.Value) throws {
    guard case .channels(let groups) = norm.axes else { return try lowerRowNorm(norm, value) }
    let shape = graph.shape(value)
    let source = try operand(graph[value].operands[0])
    let result = define(value)
    let head = arguments(source) + [.write(result.memory), .int(shape.channels)]
    guard groups == 1 else {
      return try emitItems(
        "gpu_run_norm", of: .gpuNorm, source.isHalf, to: result.isHalf,
        head + [.int(shape.channels / groups), .float(norm.epsilon)], shape.rows * groups,
        label: "\(shape)")
    }
    var tail: [PendingArgument] = [.int(0), .write(result.memory), .float(0)]
    if let (active, gain) = directActivation(of: value) {
      let memory = region(PaddedLayout.count(shape) * capacity, isHalf: source.isHalf)
      activations[active] = memory
      tail = [.int(1), .write(memory), .float(gain)]
    }
    try emitItems(
      "gpu_pixel_norm", of: .gpuNorm, source.isHalf, to: result.isHalf,
      head + [.float(norm.epsilon)] + tail, shape.rows, lanes: Self.lanes, label: "\(shape)")
  }

  /// Layer norm before its gain and bias.
  mutating func standardizeOnGPU(_ value: Graph.Value, epsilon: Double) throws {
    let shape = graph.shape(value)
    let source = try operand(graph[value].operands[0])
    let result = define(value)
    try emitItems(
      "gpu_standardize", of: .gpuNorm, source.isHalf, to: result.isHalf,
      arguments(source) + [.write(result.memory), .int(shape.channels), .float(epsilon)],
      shape.rows, lanes: Self.lanes, label: "\(shape)")
  }

  /// Moments of blocks of pixels by channel, joined per group, then the result.
  mutating func lowerOnGPU(_ norm: GroupNormalization, _ value: Graph.Value) throws {
    let (operands, shape) = (graph[value].operands, graph.shape(value))
    let (channels, pixels, groups) = (shape.channels, shape.rows, norm.groups)
    let padded = PaddedLayout.channels(channels)
    let blocks = (pixels + Self.blockRows - 1) / Self.blockRows
    let x = try operand(operands[0])
    let (gain, bias) = (view(operands[1]), view(operands[2]))
    let sizes: [PendingArgument] = [.int(pixels), .int(Self.blockRows)]
    let label = "\(groups) groups of \(shape)"

    let sums = region(floats: blocks * 2 * padded * capacity)
    try emitItems(
      "gpu_group_norm_blocks", of: .gpuNorm, x.isHalf, to: false,
      arguments(x) + [.write(sums), .int(padded)] + sizes, blocks * padded / 8, label: label)
    let moments = region(floats: 2 * padded * capacity)
    try emit(
      "gpu_group_norm_join", of: .gpuNorm, options: Self.options(x.isHalf, to: false),
      [
        .read(sums), .read(gain.memory), .write(moments), .int(channels), .int(padded),
        .int(channels / groups),
      ] + sizes + [.float(norm.epsilon)], label: label, local: [Self.group],
      size: { [$0 * groups * Self.group] })
    let result = define(value)
    try emitItems(
      "gpu_group_norm", of: .gpuNorm, x.isHalf, to: result.isHalf,
      arguments(x) + [
        .read(moments), .read(bias.memory), .write(result.memory), .int(padded), .int(pixels),
      ], pixels * padded / 8, label: label)
  }

  /// Items that share a row: `LANES` in `gpu_norm.cl`.
  private static var lanes: Int { 16 }

  /// Pixels of a block: bits depend on it.
  private static var blockRows: Int { 32 }
}
