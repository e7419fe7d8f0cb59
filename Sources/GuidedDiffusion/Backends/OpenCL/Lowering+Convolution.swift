extension Lowering {
  /// A convolution or linear layer with what was fused into it.
  mutating func lower(_ group: Fusion.Group) throws {
    if try lowerJointly(group) { return }
    if kernels == .gpu { return try lowerOnGPU(group) }
    let node = graph[group.convolution]
    let shape = ConvolutionShape(node, in: graph)
    let algorithm = algorithms[group.convolution]
    let packing = Packing(group, shape, in: graph)
    let packed = try packedWeights(node.operands[1], packing, algorithm)
    let sources = try group.parts.map { try dense($0.value) }
    let label = "\(shape) \(algorithm.name)"
    switch algorithm {
    case .direct:
      let input = try group.gain.map { gain in
        [(try activated(group, sources, gain: gain), packing.inputs(.direct))]
      }
      let parts = input ?? zip(sources, packing.sources).map { ($0, PaddedLayout.channels($1)) }
      let zeros = try zeros(packing.inputs(.direct))
      let result = define(group.result)
      try emitDirect(
        shape, parts, packed, packing, zeros: zeros, to: result,
        epilogue: epilogue(group.epilogue, unused: zeros), label: label,
        multiplyAdds: shape.multiplyAdds)
    case .winograd(let m):
      try lowerWinograd(m, group, shape, sources, packed, packing, label: label)
    }
  }

  /// gain silu of the joined sources in memory of its own, made once for all that read it.
  mutating func activated(
    _ group: Fusion.Group, _ sources: [Memory], gain: Double
  ) throws -> Memory {
    let value = graph[group.convolution].operands[0]
    if let memory = activations[value] { return memory }
    let widths = group.parts.map { PaddedLayout.channels(graph.shape($0.value).channels) }
    let rows = graph.shape(group.parts[0].value).rows
    let isHalf = isHalf(rows: rows)
    let result = region(rows * widths.reduce(0, +) * capacity, isHalf: isHalf)
    let second = sources.count > 1
    let arguments: [PendingArgument] = [
      .read(sources[0]), .int(widths[0]), .float(group.parts[0].scale),
      .read(sources[second ? 1 : 0]), .int(second ? widths[1] : 0),
      .float(second ? group.parts[1].scale : 0), .write(result),
    ]
    let label = "\(rows) x \(widths)"
    switch kernels {
    case .cpu:
      let perItem = rowsPerItem(rows)
      try emit(
        "activate", of: .elementwise,
        arguments + [.perImage(rows), .int(perItem), .int(1), .float(gain)], label: label,
        size: { [($0 * rows + perItem - 1) / perItem] })
    case .gpu:
      try emitItems(
        "gpu_activate", of: .gpuElementwise, isHalf, to: isHalf, arguments + [.float(gain)],
        rows * widths.reduce(0, +) / 8, label: label)
    }
    activations[value] = result
    return result
  }

  /// A direct convolution of the joined parts, of `packing.outputs` channels.
  mutating func emitDirect(
    _ shape: ConvolutionShape, _ parts: [(memory: Memory, channels: Int)], _ packed: Memory,
    _ packing: Packing, zeros: Memory, to result: View, epilogue: [PendingArgument],
    label: String, multiplyAdds: Int
  ) throws {
    let pixels = shape.outHeight * shape.outWidth
    let second = parts.count > 1
    let tile = RegisterTile(.direct, on: context.device)
    // Enough items for all cores; the weights of a panel are read once per item.
    let tiles = tile.tiles(capacity * pixels)
    var tilesPerItem = 8
    while tilesPerItem > 1 && (tiles / tilesPerItem) * packing.panels < 32 { tilesPerItem /= 2 }
    let panelsPerItem = packing.taps == 1 && tiles / tilesPerItem * packing.panels > 128 ? 8 : 1
    let panels = (packing.panels + panelsPerItem - 1) / panelsPerItem
    let sources: [PendingArgument] = [
      .read(parts[0].memory), .int(parts[0].channels), .read(parts[second ? 1 : 0].memory),
      .int(second ? parts[1].channels : 0), .read(packed),
    ]
    let tail: [PendingArgument] =
      [.perImage(pixels), .int(tilesPerItem), .int(panelsPerItem)] + epilogue
    let size: (Int) -> [Int] = { batch in
      [(tile.tiles(batch * pixels) + tilesPerItem - 1) / tilesPerItem, panels]
    }
    let convolution = shape.convolution
    if packing.taps == 1 && convolution.stride == 1 && convolution.padding == .all(0) {
      try emit(
        "convolution_1x1", of: .convolution, options: tile.options,
        sources + [.write(result.memory), .int(result.stride), .int(pixels)] + tail,
        label: label, multiplyAdds: multiplyAdds,
        step: pixels == 1 && !second ? .linear(parts[0], packed, to: result) : nil,
        size: size)
    } else {
      try emit(
        "convolution", of: .convolution, options: tile.options,
        sources + [
          .read(zeros), .write(result.memory), .int(result.stride), .int(shape.height),
          .int(shape.width), .int(shape.outHeight), .int(shape.outWidth), .int(shape.kernel[2]),
          .int(shape.kernel[3]), .int(convolution.stride), .int(convolution.padding.top),
          .int(convolution.padding.left),
        ] + tail, label: label, multiplyAdds: multiplyAdds, size: size)
    }
  }

  /// The arguments of `EPILOGUE_PARAMETERS`; a residual has the precision of the convolution.
  mutating func epilogue(
    _ epilogue: Epilogue, unused: Memory, isHalf: Bool = false
  ) throws -> [PendingArgument] {
    let factor = try (epilogue.factor?.value ?? epilogue.bias).map { try operand($0) }
    let residual = try epilogue.residual.map { try dense($0.value, isHalf: isHalf) }
    return [
      .int(epilogue.steps), .read(factor?.memory ?? unused), .int(factor?.offset ?? 0),
      .int(factor?.stride ?? 0), .float(epilogue.factor?.shift ?? 0),
      .float(epilogue.gain ?? 1), .read(residual ?? unused),
      .float(epilogue.residual?.main ?? 0), .float(epilogue.residual?.branch ?? 1),
      .float(epilogue.limit ?? 0),
    ]
  }
}
