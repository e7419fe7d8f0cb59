/// One convolution on a GPU's kernel alone, with numbers from the host: for tests and for finding
/// out what an engine is worth.
package struct GPUConvolutionTrial: Sendable {
  /// Edges of the input images.
  package var height = 1, width = 1

  /// Channels of one or two sources.
  package var sources: [Int]

  /// Output channels.
  package var outputs: Int

  /// Edge of the kernel, stride, zeros at the top and left; as many at the bottom and right.
  package var kernel = 1, stride = 1, padding = 0

  /// What follows the sums, as `EPILOGUE_PARAMETERS` has it; 0 for nothing.
  package var steps = 0

  /// Whether activations and weights have 16 bits.
  package var isHalf = true

  /// What multiplies.
  package var engine = GPUEngine.portable

  /// A product of `sources` channels by `outputs`.
  package init(sources: [Int], outputs: Int) {
    self.sources = sources
    self.outputs = outputs
  }

  /// The constants of the epilogue: shift, gain, main, branch and limit.
  package static let constants = (shift: 1.0, gain: 1 / 0.596, main: 0.8, branch: 0.4, limit: 1.5)
}

extension GPUConvolutionTrial {
  /// Edges of the output images.
  package var outHeight: Int { (height + 2 * padding - kernel) / stride + 1 }
  package var outWidth: Int { (width + 2 * padding - kernel) / stride + 1 }

  var product: GPUConvolution {
    var graph = Graph()
    let channels = sources.reduce(0, +)
    let x = graph.input("x", .batched(height, width, channels))
    let weights = graph.parameter("w", outputs, channels, kernel, kernel)
    let y = graph.convolution(x, weights, stride: stride, padding: .all(padding))
    return GPUConvolution(
      ConvolutionShape(graph[y], in: graph),
      Packing(
        sources: sources, scales: sources.map { _ in 1 }, outputs: outputs, taps: kernel * kernel),
      isHalf: isHalf, engine: engine)
  }

  /// Computes it; rows of `y` are longer than its channels, and what lies between stays as it is.
  ///
  /// - Parameters:
  ///   - x: `[N, H, W, C]` of each source.
  ///   - weights: `[Cout, Cin, k, k]`.
  ///   - factor: `[N, Cout]`, or `[Cout]` for a bias.
  ///   - residual: `[N, OH, OW, Cout]`.
  ///   - source: the kernel.
  ///   - context: the device.
  /// - Returns: `[N, OH, OW, Cout]`; NaN if something was written between the rows.
  /// - Throws: ``OpenCLError``.
  package func run(
    _ x: [[Float]], weights: [Float], factor: [Float] = [], residual: [Float] = [],
    by source: KernelSource? = nil, on context: Context
  ) throws(OpenCLError) -> [Float] {
    let product = product
    let batch = x[0].count / (height * width * sources[0])
    let (rows, stride) = (batch * outHeight * outWidth, product.outputs + 8)
    var inputs: [Buffer] = []
    for (elements, channels) in zip(x, sources) {
      inputs.append(try stored(PaddedLayout.padded(elements, channels: channels), on: context))
    }
    let packed = try stored(product.packing.packed(weights, for: product.tile), on: context)
    let y = try stored([Float](repeating: 7, count: rows * stride), on: context)
    let padded = PaddedLayout.padded(factor, channels: outputs)
    let factors = try Buffer(padded.isEmpty ? [0] : padded, on: context)
    let residuals = try stored(
      residual.isEmpty ? [0] : PaddedLayout.padded(residual, channels: outputs), on: context)
    let width = PaddedLayout.channels(sources[0])
    let constants = Self.constants
    let arguments: [Argument] =
      [
        .buffer(inputs[0]), .int(width), .buffer(inputs[inputs.count - 1]),
        .int(inputs.count > 1 ? PaddedLayout.channels(sources[1]) : 0), .buffer(packed),
        .buffer(y), .int(stride),
      ] + product.sizes + [
        .int(steps), .buffer(factors), .int(0), .int(product.outputs), .float(constants.shift),
        .float(constants.gain), .buffer(residuals), .float(constants.main),
        .float(constants.branch), .float(constants.limit),
      ]
    let program = try context.program(
      source ?? .gpuConvolution, options: product.options(on: context.device))
    try Launch(
      "gpu_convolution", of: program, arguments, local: product.tile.local,
      size: { product.size(batch: $0) }
    ).enqueue(batch: batch)
    return dense(try read(y, count: rows * stride), stride: stride)
  }

  private func stored(_ elements: [Float], on context: Context) throws(OpenCLError) -> Buffer {
    isHalf
      ? try Buffer(HalfBits.encode(elements), on: context) : try Buffer(elements, on: context)
  }

  private func read(_ buffer: Buffer, count: Int) throws(OpenCLError) -> [Float] {
    isHalf
      ? HalfBits.decode(try buffer.read(count, as: UInt16.self))
      : try buffer.read(count, as: Float.self)
  }

  private func dense(_ y: [Float], stride: Int) -> [Float] {
    var dense: [Float] = []
    for row in Swift.stride(from: 0, to: y.count, by: stride) {
      let isClean = y[(row + stride - 8)..<(row + stride)].allSatisfy { $0 == 7 }
      dense += isClean ? y[row..<(row + outputs)] : ArraySlice(repeating: .nan, count: outputs)
    }
    return dense
  }
}
