extension Lowering {
  /// A convolution or linear layer with what was fused into it.
  mutating func lowerOnGPU(_ group: Fusion.Group) throws {
    let node = graph[group.convolution]
    let shape = ConvolutionShape(node, in: graph)
    let packing = Packing(group, shape, in: graph)
    let isHalf = isHalf(rows: shape.height * shape.width)
    let product = GPUConvolution(
      shape, packing, isHalf: isHalf, isResultHalf: self.isHalf(group.result), engine: engine)
    let packed = addWeights([node.operands[1]], packing, .tile(product.tile))
    let sources = try group.parts.map { try dense($0.value, isHalf: isHalf) }
    let input = try group.gain.map { gain in
      [(try activated(group, sources, gain: gain), packing.inputs(.direct))]
    }
    let parts = input ?? zip(sources, packing.sources).map { ($0, PaddedLayout.channels($1)) }
    let epilogue = try epilogue(group.epilogue, unused: zeros(1), isHalf: isHalf)
    try emitGPUConvolution(
      product, parts, packed, to: define(group.result), epilogue: epilogue, label: "\(shape)",
      multiplyAdds: shape.multiplyAdds)
  }

  /// A convolution or linear layer on a GPU.
  ///
  /// - Parameters:
  ///   - product: its sizes and its tile.
  ///   - parts: the sources in memory, with their padded channels.
  ///   - packed: the weights, as ``Packing`` packs them for the tile.
  ///   - result: where the result goes.
  ///   - epilogue: the arguments of `EPILOGUE_PARAMETERS`; a residual is stored as the result is.
  ///   - label: for profiles.
  ///   - multiplyAdds: for one image.
  /// - Throws: ``OpenCLError`` if the kernel does not compile.
  mutating func emitGPUConvolution(
    _ product: GPUConvolution, _ parts: [(memory: Memory, channels: Int)], _ packed: Memory,
    to result: View, epilogue: [PendingArgument], label: String, multiplyAdds: Int
  ) throws {
    precondition(result.offset == 0, "a result at channel \(result.offset) of its rows")
    let second = parts.count > 1
    let sources: [PendingArgument] = [
      .read(parts[0].memory), .int(parts[0].channels), .read(parts[second ? 1 : 0].memory),
      .int(second ? parts[1].channels : 0), .read(packed), .write(result.memory),
      .int(result.stride),
    ]
    try emit(
      "gpu_convolution", of: .gpuConvolution,
      options: product.options(on: context.device),
      sources + product.sizes.map { .value($0) } + epilogue, label: label,
      multiplyAdds: multiplyAdds, local: product.tile.local,
      size: { product.size(batch: $0) })
  }
}
