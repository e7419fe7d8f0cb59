extension Lowering {
  /// A convolution or linear layer with what was fused into it.
  mutating func lower(_ group: Fusion.Group) throws {
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
      try lowerDirect(group, shape, parts, packed, packing, label: label)
    case .winograd(let m):
      try lowerWinograd(m, group, shape, sources, packed, packing, label: label)
    }
  }

  /// gain silu of the joined sources in memory of its own, made once for all that read it.
  private mutating func activated(
    _ group: Fusion.Group, _ sources: [Memory], gain: Double
  ) throws -> Memory {
    let value = graph[group.convolution].operands[0]
    if let memory = activations[value] { return memory }
    let widths = group.parts.map { PaddedLayout.channels(graph.shape($0.value).channels) }
    let rows = graph.shape(group.parts[0].value).rows
    let result = region(floats: rows * widths.reduce(0, +) * capacity)
    let second = sources.count > 1
    let perItem = rowsPerItem(rows)
    try emit(
      "activate", of: .elementwise,
      [
        .read(sources[0]), .int(widths[0]), .float(group.parts[0].scale),
        .read(sources[second ? 1 : 0]), .int(second ? widths[1] : 0),
        .float(second ? group.parts[1].scale : 0), .write(result), .perImage(rows), .int(perItem),
        .int(1), .float(gain),
      ], label: "\(rows) x \(widths)", size: { [($0 * rows + perItem - 1) / perItem] })
    activations[value] = result
    return result
  }

  private mutating func lowerDirect(
    _ group: Fusion.Group, _ shape: ConvolutionShape, _ parts: [(memory: Memory, channels: Int)],
    _ packed: Memory, _ packing: Packing, label: String
  ) throws {
    let zeros = try zeros(packing.inputs(.direct))
    let result = define(group.result)
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
      try [.perImage(pixels), .int(tilesPerItem), .int(panelsPerItem)]
      + epilogue(group, unused: zeros)
    let size: (Int) -> [Int] = { batch in
      [(tile.tiles(batch * pixels) + tilesPerItem - 1) / tilesPerItem, panels]
    }
    let convolution = shape.convolution
    if packing.taps == 1 && convolution.stride == 1 && convolution.padding == .all(0) {
      try emit(
        "convolution_1x1", of: .convolution, options: tile.options,
        sources + [.write(result.memory), .int(result.stride), .int(pixels)] + tail,
        label: label, multiplyAdds: shape.multiplyAdds, size: size)
    } else {
      try emit(
        "convolution", of: .convolution, options: tile.options,
        sources + [
          .read(zeros), .write(result.memory), .int(result.stride), .int(shape.height),
          .int(shape.width), .int(shape.outHeight), .int(shape.outWidth), .int(shape.kernel[2]),
          .int(shape.kernel[3]), .int(convolution.stride), .int(convolution.padding.top),
          .int(convolution.padding.left),
        ] + tail, label: label, multiplyAdds: shape.multiplyAdds, size: size)
    }
  }

  private mutating func lowerWinograd(
    _ m: Int, _ group: Fusion.Group, _ shape: ConvolutionShape, _ sources: [Memory],
    _ packed: Memory, _ packing: Packing, label: String
  ) throws {
    let inputs = packing.inputs(.winograd(m))
    let zeros = try zeros(inputs)
    let positions = (m + 2) * (m + 2)
    let tilesPerImage = ((shape.height + m - 1) / m) * ((shape.width + m - 1) / m)
    let tile = RegisterTile(.winograd(m), on: context.device)
    let rowTiles = tile.tiles(capacity * tilesPerImage)
    let v = region(floats: positions * (rowTiles * tile.rows * inputs + 48))
    let second = sources.count > 1
    let widths = packing.sources.map(PaddedLayout.channels)
    let options = "-DOUTPUT=\(m) \(tile.options)"
    try emit(
      "winograd_input", of: .winograd, options: options,
      [
        .read(sources[0]), .int(widths[0]), .float(group.parts[0].scale),
        .read(sources[second ? 1 : 0]), .int(second ? widths[1] : 0),
        .float(second ? group.parts[1].scale : 0), .int(group.gain == nil ? 0 : 1),
        .float(group.gain ?? 1), .read(zeros), .write(v), .int(shape.height), .int(shape.width),
        .perImage(tilesPerImage),
      ], label: label, size: { [$0 * tilesPerImage] })

    let products = region(floats: positions * (rowTiles * tile.rows * 16 * packing.panels + 48))
    var tilesPerItem = 128 / tile.rows
    while tilesPerItem > 1 && (rowTiles + tilesPerItem - 1) / tilesPerItem * positions < 32 {
      tilesPerItem /= 2
    }
    try emit(
      "winograd_multiply", of: .winograd, options: options,
      [
        .read(v), .read(packed), .write(products), .int(inputs), .int(packing.panels),
        .perImage(tilesPerImage), .int(tilesPerItem),
      ], label: label, multiplyAdds: shape.multiplyAdds,
      size: { batch in
        [(tile.tiles(batch * tilesPerImage) + tilesPerItem - 1) / tilesPerItem, positions]
      })

    let result = define(group.result)
    try emit(
      "winograd_output", of: .winograd, options: options,
      [
        .read(products), .write(result.memory), .int(result.stride), .int(shape.height),
        .int(shape.width), .perImage(tilesPerImage),
      ] + epilogue(group, unused: zeros), label: label, size: { [$0 * tilesPerImage] })
  }

  /// The arguments of `EPILOGUE_PARAMETERS`.
  private mutating func epilogue(
    _ group: Fusion.Group, unused: Memory
  ) throws -> [PendingArgument] {
    let epilogue = group.epilogue
    let factor = try (epilogue.factor?.value ?? epilogue.bias).map { try dense($0) }
    let residual = try epilogue.residual.map { try dense($0.value) }
    return [
      .int(epilogue.steps), .read(factor ?? unused), .float(epilogue.factor?.shift ?? 0),
      .float(epilogue.gain ?? 1), .read(residual ?? unused),
      .float(epilogue.residual?.main ?? 0), .float(epilogue.residual?.branch ?? 1),
      .float(epilogue.limit ?? 0),
    ]
  }
}
