/// Sizes of one convolution; a linear layer is a 1 x 1 convolution over its rows.
struct ConvolutionShape: Hashable, Codable, Sendable, CustomStringConvertible {
  let convolution: Convolution

  /// `[Cout, Cin, kh, kw]`.
  let kernel: [Int]

  let height: Int
  let width: Int
  let outHeight: Int
  let outWidth: Int

  init(_ node: Graph.Node, in graph: Graph) {
    let (input, weights) = (graph.shape(node.operands[0]), graph.shape(node.operands[1]))
    if case .convolution(let convolution) = node.operation {
      self.convolution = convolution
      kernel = weights.dimensions
      (height, width) = (input.height, input.width)
      (outHeight, outWidth) = (node.shape.height, node.shape.width)
    } else {
      convolution = Convolution(stride: 1, padding: .all(0))
      kernel = weights.dimensions + [1, 1]
      (height, width, outHeight, outWidth) = (1, input.rows, 1, input.rows)
    }
  }

  /// For one image.
  var multiplyAdds: Int { outHeight * outWidth * kernel.reduce(1, *) }

  /// `3x3 384->128 @64x64`.
  var description: String {
    "\(kernel[2])x\(kernel[3]) \(kernel[1])->\(kernel[0]) @\(outHeight)x\(outWidth)"
  }
}
