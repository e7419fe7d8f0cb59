extension Lowering {
  /// The gradient of a convolution or linear layer for its weights: parts over runs of output
  /// rows, then their sum.
  mutating func lowerWeightGradient(_ value: Graph.Value) throws {
    let node = graph[value]
    let (x, g) = (graph.shape(node.operands[0]), graph.shape(node.operands[1]))
    let size = node.shape.dimensions
    let taps = size[2...].reduce(1, *)
    let (inputs, outputs) = (PaddedLayout.channels(size[1]), PaddedLayout.channels(size[0]))
    let panels = (size[0] + 15) / 16
    let sources = [
      (memory: try dense(node.operands[0]), channels: inputs),
      (memory: try dense(node.operands[1]), channels: outputs),
    ]
    let label = "\(g.rows) x \(node.shape)"
    let parts: Int
    let partial: Memory
    if case .convolutionWeights(let convolution) = node.operation,
      case .winograd(let m) = table.weightGradient(convolution, kernel: node.shape, image: x)
    {
      (parts, partial) = try lowerWinogradGradient(m, value, sources, label: label)
    } else {
      (parts, partial) = try lowerDirectGradient(value, sources, label: label)
    }
    let result = define(value)
    try emit(
      "weight_gradient_sum", of: .gradient,
      [
        .read(partial), .int(parts), .int(inputs), .int(taps), .write(result.memory),
        .int(size[0]), .int(size[1]),
      ], label: label, size: { _ in [panels, size[1]] })
  }

  /// The parts of a weight gradient by sums over pixels.
  private mutating func lowerDirectGradient(
    _ value: Graph.Value, _ sources: [(memory: Memory, channels: Int)], label: String
  ) throws -> (parts: Int, partial: Memory) {
    let node = graph[value]
    let (x, g) = (graph.shape(node.operands[0]), graph.shape(node.operands[1]))
    let size = node.shape.dimensions
    let taps = size[2...].reduce(1, *)
    let (inputs, panels) = (PaddedLayout.channels(size[1]), (size[0] + 15) / 16)
    // What the items share out; parts depend on the capacity, not on the machine.
    var isPointwise = true
    if case .convolution = node.operation { isPointwise = false }
    if case .convolutionWeights(let convolution) = node.operation {
      isPointwise = taps == 1 && convolution.padding == .all(0)
    }
    let units = isPointwise ? g.rows : g.height
    let parts = max(1, min(16, capacity * units / (isPointwise ? 256 : 8)))
    let perPart = (capacity * units + parts - 1) / parts
    let partial = region(floats: parts * panels * taps * inputs * 16)
    let multiplyAdds = graph.multiplyAdds(of: node)
    let options = RegisterTile.weightGradient(on: context.device).options
    let arguments: [PendingArgument] =
      sources.flatMap { [.read($0.memory), .int($0.channels)] } + [
        .write(partial), .perImage(units), .int(perPart),
      ]
    if isPointwise {
      try emit(
        "weight_gradient_1x1", of: .weightGradient, options: options,
        arguments, label: label, multiplyAdds: multiplyAdds,
        step: units == 1
          ? .weightGradient(
            sources, to: partial, partSize: panels * inputs * 16, rowsPerPart: perPart) : nil,
        size: { _ in [parts, panels] })
    } else if case .convolutionWeights(let convolution) = node.operation {
      guard convolution.stride == 1 else {
        throw UnsupportedOperation(detail: "the weight gradient of a convolution of stride 2")
      }
      try emit(
        "weight_gradient", of: .weightGradient, options: options,
        arguments + [
          .int(x.height), .int(x.width),
          .int(g.height), .int(g.width), .int(size[2]), .int(size[3]),
          .int(convolution.padding.top), .int(convolution.padding.left),
        ], label: label, multiplyAdds: multiplyAdds, size: { _ in [parts, panels] })
    }
    return (parts, partial)
  }

  /// The parts of a weight gradient by Winograd's F(m, 3).
  private mutating func lowerWinogradGradient(
    _ m: Int, _ value: Graph.Value, _ sources: [(memory: Memory, channels: Int)], label: String
  ) throws -> (parts: Int, partial: Memory) {
    let node = graph[value]
    let (image, size) = (graph.shape(node.operands[0]), node.shape.dimensions)
    let (inputs, panels) = (PaddedLayout.channels(size[1]), (size[0] + 15) / 16)
    let zeros = try zeros(max(inputs, panels * 16))
    /// Equal groups of at most `most` channels, in panels of 16.
    func groups(_ panels: Int, most: Int) -> (count: Int, channels: Int) {
      let groups = (panels * 16 + most - 1) / most
      let size = (panels + groups - 1) / groups
      return ((panels + size - 1) / size, size * 16)
    }
    // GROUP_IN, GROUP_OUT and BLOCK in the kernel.
    let (ins, outs) = (groups((inputs + 15) / 16, most: 96), groups(panels, most: 64))
    let perImage = ((image.height + m - 1) / m) * ((image.width + m - 1) / m)
    let blocks = (capacity * perImage + 15) / 16
    // Depends on the capacity, not on the machine.
    let parts = max(1, min(16, blocks / 4))
    let perPart = (blocks + parts - 1) / parts * 16
    let partial = region(floats: parts * panels * 9 * inputs * 16)
    try emit(
      "winograd_weight_gradient", of: .winogradGradient,
      options: "-DOUTPUT=\(m) \(RegisterTile(.winograd(m), on: context.device).options)",
      [
        .read(sources[0].memory), .int(sources[0].channels), .int(ins.channels),
        .read(sources[1].memory), .int(sources[1].channels), .int(outs.channels),
        .read(zeros), .write(partial), .int(image.height), .int(image.width),
        .perImage(perImage), .int(perPart),
      ], label: "\(label) winograd-\(m)", multiplyAdds: graph.multiplyAdds(of: node),
      size: { _ in [parts, ins.count, outs.count] })
    return (parts, partial)
  }
}
