extension Lowering {
  /// A 3x3 convolution by F(m x m, 3x3): in one launch where the weights stay in a core's cache, so
  /// that neither memory nor launches between the passes cost anything; else in three, in
  /// as many parts as the work space asks for. The bits are the same.
  mutating func lowerWinograd(
    _ m: Int, _ group: Fusion.Group, _ shape: ConvolutionShape, _ sources: [Memory],
    _ packed: Memory, _ packing: Packing, label: String
  ) throws {
    let inputs = packing.inputs(.winograd(m))
    let zeros = try zeros(inputs)
    let positions = (m + 2) * (m + 2)
    let tilesPerImage = ((shape.outHeight + m - 1) / m) * ((shape.outWidth + m - 1) / m)
    let tile = RegisterTile(.winograd(m), on: context.device)
    let rowTiles = tile.tiles(capacity * tilesPerImage)
    let second = sources.count > 1
    let widths = packing.sources.map(PaddedLayout.channels)
    let padding = shape.convolution.padding.top
    let options = "-DOUTPUT=\(m) \(tile.options)" + (padding == 1 ? "" : " -DPAD=\(padding)")
    let input: [PendingArgument] = [
      .read(sources[0]), .int(widths[0]), .float(group.parts[0].scale),
      .read(sources[second ? 1 : 0]), .int(second ? widths[1] : 0),
      .float(second ? group.parts[1].scale : 0), .int(group.gain == nil ? 0 : 1),
      .float(group.gain ?? 1), .read(zeros),
    ]

    if m <= 4, inputs <= 192, packing.count(.winograd(m)) * 4 <= Self.cachedWeights {
      // Items for all cores: the panels of a small batch are shared out, too.
      let groups = max(1, min(packing.panels, 16 / rowTiles))
      let panelsPerItem = (packing.panels + groups - 1) / groups
      let result = define(group.result)
      try emit(
        "winograd_fused", of: .winogradFused,
        options: "\(options) -DCHANNELS=\(inputs <= 64 ? 64 : 192)",
        input + [
          .read(packed), .write(result.memory), .int(result.stride), .int(shape.height),
          .int(shape.width), .perImage(tilesPerImage), .int(panelsPerItem),
        ] + epilogue(group.epilogue, unused: zeros), label: label,
        multiplyAdds: shape.multiplyAdds,
        size: { batch in
          [
            tile.tiles(batch * tilesPerImage),
            (packing.panels + panelsPerItem - 1) / panelsPerItem,
          ]
        })
      return
    }

    let parts = WinogradParts(
      tiles: capacity * tilesPerImage, bytesPerTile: 4 * positions * (inputs + 16 * packing.panels),
      rows: tile.rows, workspace: workspace)
    let count: PendingArgument = parts.isWhole ? .perImage(tilesPerImage) : .int(parts.size)
    let partTiles = tile.tiles(parts.size)
    let v = region(floats: positions * (partTiles * tile.rows * inputs + 48))
    let products = region(floats: positions * (partTiles * tile.rows * 16 * packing.panels + 48))
    var tilesPerItem = 128 / tile.rows
    while tilesPerItem > 1 && (partTiles + tilesPerItem - 1) / tilesPerItem * positions < 32 {
      tilesPerItem /= 2
    }
    let tail = try epilogue(group.epilogue, unused: zeros)
    var result: View?
    for first in parts.starts {
      let tiles: (Int) -> Int = { batch in parts.tiles(from: first, of: batch * tilesPerImage) }
      try emit(
        "winograd_input", of: .winograd, options: options,
        input + [.write(v), .int(shape.height), .int(shape.width), .int(first), count],
        label: label, size: { [tiles($0)] })
      try emit(
        "winograd_multiply", of: .winograd, options: options,
        [
          .read(v), .read(packed), .write(products), .int(inputs), .int(packing.panels), count,
          .int(tilesPerItem),
        ], label: label, multiplyAdds: first == 0 ? shape.multiplyAdds : 0,
        size: { [(tile.tiles(tiles($0)) + tilesPerItem - 1) / tilesPerItem, positions] })
      let target = result ?? define(group.result)
      result = target
      try emit(
        "winograd_output", of: .winograd, options: options,
        [
          .read(products), .write(target.memory), .int(target.stride), .int(shape.height),
          .int(shape.width), .int(first), count,
        ] + tail, label: label, size: { [tiles($0)] })
    }
  }

  /// Bytes of weights up to which one launch is faster (measured on cores with caches of 1 MB).
  private static var cachedWeights: Int { 5 << 18 }
}
