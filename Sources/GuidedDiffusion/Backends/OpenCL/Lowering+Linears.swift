extension Lowering {
  /// Computes linear layers of one vector per image, all of the same one, in a single launch: those
  /// that turn the embedding into a factor for each block.
  ///
  /// - Returns: whether the group is one of several, all of which are now lowered.
  mutating func lowerJointly(_ group: Fusion.Group) throws -> Bool {
    if views[group.result] != nil { return true }
    let siblings = fusion.siblings(of: group)
    guard siblings.count > 1 else { return false }
    let node = graph[group.convolution]
    let inputs = graph.shape(group.parts[0].value).channels
    let widths = siblings.map { PaddedLayout.channels(graph.shape($0.result).channels) }
    let packing = Packing(
      sources: [inputs], scales: [group.gain == nil ? group.parts[0].scale : 1],
      outputs: widths.reduce(0, +), taps: 1)
    let weights = siblings.map { graph[$0.convolution].operands[1] }
    let shape = ConvolutionShape(node, in: graph)
    let sources = [try dense(group.parts[0].value, isHalf: false)]
    let input = try group.gain.map { try activated(group, sources, gain: $0) } ?? sources[0]
    let parts = [(input, packing.inputs(.direct))]
    let zeros = try zeros(packing.inputs(.direct))
    let result = region(floats: packing.outputs * capacity)
    let view = View(memory: result, offset: 0, stride: packing.outputs)
    let epilogue = try epilogue(Epilogue(), unused: zeros)
    let label = "1x1 \(inputs)->\(packing.outputs) of \(siblings.count) layers"
    let multiplyAdds = siblings.map { graph.multiplyAdds(of: graph[$0.convolution]) }.reduce(0, +)
    switch kernels {
    case .cpu:
      try emitDirect(
        shape, parts, addWeights(weights, packing, .algorithm(.direct)), packing, zeros: zeros,
        to: view, epilogue: epilogue, label: label, multiplyAdds: multiplyAdds)
    case .gpu:
      let product = GPUConvolution(shape, packing, isHalf: false, engine: engine)
      try emitGPUConvolution(
        product, parts, addWeights(weights, packing, .tile(product.tile)), to: view,
        epilogue: epilogue, label: label, multiplyAdds: multiplyAdds)
    }
    var place = 0
    for (sibling, width) in zip(siblings, widths) {
      views[sibling.result] = View(memory: result, offset: place, stride: packing.outputs)
      place += width
    }
    return true
  }
}
