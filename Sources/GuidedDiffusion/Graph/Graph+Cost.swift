extension Graph {
  /// Multiply-add operations of convolutions, linear layers and attention for one image; what
  /// depends on parameters alone is not counted.
  ///
  /// Winograd and other fast algorithms do not change the count.
  public var multiplyAdds: Int {
    let constant = isConstant
    return nodes.indices.reduce(0) { $0 + (constant[$1] ? 0 : multiplyAdds(of: nodes[$1])) }
  }

  /// Multiply-add operations of one node for one image.
  func multiplyAdds(of node: Node) -> Int {
    switch node.operation {
    case .convolution, .linear:
      node.shape.rows * shape(node.operands[1]).count
    case .attention:
      2 * node.shape.rows * node.shape.rows * node.shape.channels
    case .convolutionWeights, .linearWeights:
      shape(node.operands[1]).rows * node.shape.count
    case .attentionGradient:
      5 * node.shape.rows * node.shape.rows * node.shape.channels / 3
    case .input, .parameter, .fill, .normalize, .groupNormalize, .standardize, .unary, .binary,
      .combine, .concatenate, .slice, .resample, .pool, .resize, .tokens, .row, .gather, .reshape,
      .sum, .broadcast, .transpose, .normalizeGradient, .dropout:
      0
    }
  }
}
