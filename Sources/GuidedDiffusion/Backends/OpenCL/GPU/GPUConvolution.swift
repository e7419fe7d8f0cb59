/// One product of `gpu_convolution`: sizes and the arguments that follow from them.
struct GPUConvolution {
  let shape: ConvolutionShape
  let packing: Packing
  let tile: GPUTile

  /// Whether the result has 16 bits.
  let isResultHalf: Bool

  /// - Parameters:
  ///   - shape: sizes of the images and the kernel.
  ///   - packing: sources, factors and padding of the weights.
  ///   - isHalf: whether activations and weights have 16 bits.
  ///   - isResultHalf: whether the result has; as the activations if nil.
  ///   - engine: what multiplies.
  init(
    _ shape: ConvolutionShape, _ packing: Packing, isHalf: Bool, isResultHalf: Bool? = nil,
    engine: GPUEngine
  ) {
    self.shape = shape
    self.packing = packing
    self.isResultHalf = isResultHalf ?? isHalf
    tile = GPUTile(
      pixels: shape.outHeight * shape.outWidth, outputs: packing.outputs, isHalf: isHalf,
      engine: engine)
  }

  /// The macros for the kernel as a device's compiler takes them.
  func options(on device: OpenCLDevice) -> String {
    "\(tile.options(on: device)) -DRESULT_HALF=\(isResultHalf ? 1 : 0)"
  }

  /// Output channels in memory.
  var outputs: Int { PaddedLayout.channels(packing.outputs) }

  /// What follows `yStride`, up to the epilogue.
  var sizes: [Argument] {
    let convolution = shape.convolution
    return [
      .int(shape.height), .int(shape.width), .int(shape.outHeight), .int(shape.outWidth),
      .int(shape.kernel[2]), .int(shape.kernel[3]), .int(convolution.stride),
      .int(convolution.padding.top), .int(convolution.padding.left),
      .perImage(shape.outHeight * shape.outWidth), .int(outputs),
    ]
  }

  /// Work-items for a batch.
  func size(batch: Int) -> [Int] {
    tile.size(rows: batch * shape.outHeight * shape.outWidth, outputs: outputs)
  }
}
