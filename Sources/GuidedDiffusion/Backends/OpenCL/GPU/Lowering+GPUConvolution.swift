extension Lowering {
  /// A convolution or linear layer on a GPU.
  ///
  /// - Parameters:
  ///   - product: its sizes and its tile.
  ///   - parts: the sources in memory, with their padded channels.
  ///   - packed: the weights, as ``Packing`` packs them for the tile.
  ///   - result: where the result goes.
  ///   - epilogue: the arguments of `EPILOGUE_PARAMETERS`; a residual is stored as the result is.
  ///   - label: for profiles.
  /// - Throws: ``OpenCLError`` if the kernel does not compile.
  mutating func emitGPUConvolution(
    _ product: GPUConvolution, _ parts: [(memory: Memory, channels: Int)], _ packed: Memory,
    to result: View, epilogue: [PendingArgument], label: String
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
      options: product.tile.options(on: context.device),
      sources + product.sizes.map { .value($0) } + epilogue, label: label,
      multiplyAdds: product.shape.multiplyAdds, local: product.tile.local,
      size: { product.size(batch: $0) })
  }
}
