/// Which nodes of a graph run together in one launch.
///
/// A convolution takes along what stands before it (concatenation, scales, silu) and what follows
/// it (``Epilogue``). Attention takes along the slices and norms of its operands. Everything else
/// is a launch of its own, if its value is needed in memory at all.
struct Fusion {
  /// A convolution or linear layer with its surroundings.
  struct Group {
    /// The node of the convolution.
    let convolution: Graph.Value

    /// Sources joined along the channels, each with its scale.
    var parts: [(value: Graph.Value, scale: Double)]

    /// gain silu(·) of the joined sources, if any.
    var gain: Double?

    /// What follows.
    var epilogue = Epilogue()

    /// The value that the launch stores.
    var result: Graph.Value
  }

  private(set) var groups: [Graph.Value: Group] = [:]

  /// For each node, whether its value must lie in memory.
  private(set) var isStored: [Bool]

  /// Whether element-wise operations are compiled into kernels of their own (``Expression``), as
  /// for gradients; the convolutions then take nothing along.
  let usesExpressions: Bool

  /// Whether an element-wise value and what is computed for it alone is one generated kernel: where
  /// ``usesExpressions``, and in kernels for GPUs.
  let compilesElementwise: Bool

  let graph: Graph

  /// For each node, the needed ones that read it.
  let users: [[Graph.Value]]

  let isConstant: [Bool]
  let outputs: Set<Graph.Value>

  init(_ graph: Graph, outputs: [Graph.Value], kernels: KernelClass = .cpu) {
    self.graph = graph
    self.outputs = Set(outputs)
    let needed = graph.isNeeded(for: outputs)
    isConstant = graph.isConstant
    var users = [[Graph.Value]](repeating: [], count: graph.nodes.count)
    for value in graph.values where needed[value.index] {
      for operand in graph[value].operands { users[operand.index].append(value) }
    }
    self.users = users
    isStored = [Bool](repeating: false, count: graph.nodes.count)
    usesExpressions =
      graph.nodes.contains { $0.operation.isPartOfGradients }
      || graph.inputs.contains { !$0.shape.isBatched }
    compilesElementwise = usesExpressions || kernels == .gpu
    if usesExpressions {
      storeForExpressions(needed: needed)
      return
    }

    var taken = Set<Graph.Value>()
    for value in graph.values where needed[value.index] && !isConstant[value.index] {
      guard graph[value].operation.isConvolution else { continue }
      let group = group(value, taken: &taken)
      groups[group.result] = group
    }
    for output in outputs { isStored[output.index] = true }
    for value in graph.values.reversed() where isStored[value.index] {
      for source in sources(of: value) { isStored[source.index] = true }
    }
  }

  /// The values that must lie in memory when `value` is computed.
  func sources(of value: Graph.Value) -> [Graph.Value] {
    if let group = groups[value] { return group.parts.map(\.value) + group.epilogue.operands }
    if isConstant[value.index] { return [] }
    let node = graph[value]
    if case .attention(let attention) = node.operation {
      return node.operands.map { normalized($0, heads: attention.heads).base }
    }
    if compilesElementwise, node.operation.isElementwise { return leaves(of: value) }
    if case .unary = node.operation {
      let chain = chain(value)
      return chain.ofTwo == nil ? [chain.base] : graph[chain.base].operands
    }
    return node.operands
  }

  /// The linear layers of the same vector per image as `group`, itself among them, in the order of
  /// the graph, if nothing stands before or behind them and their weights are constant; else none.
  func siblings(of group: Group) -> [Group] {
    guard isPlainLinear(group) else { return [] }
    return groups.values
      .filter {
        isPlainLinear($0) && $0.gain == group.gain && $0.parts[0] == group.parts[0]
      }
      .sorted { $0.result.index < $1.result.index }
  }

  private func isPlainLinear(_ group: Group) -> Bool {
    let node = graph[group.convolution]
    return node.operation == .linear && !usesExpressions && isStored[group.result.index]
      && isConstant[node.operands[1].index] && group.parts.count == 1 && group.epilogue.steps == 0
      && node.shape.isBatched && node.shape.dimensions.count == 1
  }

  /// An operand of attention without its norm per head, which attention does itself.
  func normalized(
    _ value: Graph.Value, heads: Int
  ) -> (base: Graph.Value, epsilon: Double?) {
    if case .normalize(let norm) = graph[value].operation, norm.axes == .channels(groups: heads),
      !usesExpressions
    {
      return (graph[value].operands[0], norm.epsilon)
    }
    return (value, nil)
  }
}

extension Fusion {
  /// Groups of single convolutions; in memory lies what is not element-wise, and what an
  /// operation reads that is not element-wise or runs over another shape.
  private mutating func storeForExpressions(needed: [Bool]) {
    for value in graph.values where needed[value.index] {
      let node = graph[value]
      if isConstant[value.index] {
        isStored[value.index] =
          outputs.contains(value)
          || users[value.index].contains {
            !isConstant[$0.index] && !(node.operation.isFill && graph[$0].operation.isExpression)
          }
        continue
      }
      if node.operation.isConvolution {
        groups[value] = Group(
          convolution: value, parts: [(node.operands[0], 1)], result: value)
      }
      isStored[value.index] =
        !node.operation.isElementwise || outputs.contains(value)
        || users[value.index].contains { !canInline(value, into: graph[$0]) }
    }
  }

  /// Whether an element-wise value can be computed anew where a user needs it.
  private func canInline(_ value: Graph.Value, into user: Graph.Node) -> Bool {
    switch user.operation {
    case .sum: true
    case let operation where operation.isElementwise: graph.shape(value) == user.shape
    default: false
    }
  }

  /// The group of a convolution; `taken` are values that other groups compute on their way.
  private func group(_ value: Graph.Value, taken: inout Set<Graph.Value>) -> Group {
    let (joined, gain) = activated(graph[value].operands[0], taken: taken)
    var parts = [(joined, 1.0)]
    if graph[joined].operation == .concatenate, graph[joined].operands.count == 2 {
      parts = graph[joined].operands.map { scaled($0, taken: taken) }
    } else if gain == nil {
      parts = [scaled(joined, taken: taken)]
    }
    var group = Group(convolution: value, parts: parts, gain: gain, result: value)
    while let next = follower(of: group, taken: taken) {
      group = next
      taken.insert(group.result)
    }
    return group
  }

  /// x and gain if `value` is gain silu(x); otherwise `value` itself.
  private func activated(
    _ value: Graph.Value, taken: Set<Graph.Value>
  ) -> (Graph.Value, Double?) {
    let (inner, scale) = scaled(value, taken: taken)
    if graph[inner].operation == .unary(.silu), !taken.contains(inner) {
      return (graph[inner].operands[0], scale)
    }
    return (value, nil)
  }

  /// x and s if `value` is s x.
  private func scaled(
    _ value: Graph.Value, taken: Set<Graph.Value>
  ) -> (value: Graph.Value, scale: Double) {
    if case .unary(.affine(let scale, shift: 0)) = graph[value].operation, !taken.contains(value) {
      return (graph[value].operands[0], scale)
    }
    return (value, 1)
  }

  /// The group with the only user of its result taken along, if it can be.
  private func follower(of group: Group, taken: Set<Graph.Value>) -> Group? {
    let value = group.result
    guard !outputs.contains(value), users[value.index].count == 1 else { return nil }
    let user = users[value.index][0]
    guard !taken.contains(user) else { return nil }
    var next = group
    next.result = user
    let (node, steps) = (graph[user], group.epilogue.steps)
    switch node.operation {
    case .binary(.multiply) where steps < 1 && node.operands[0] == value:
      let factor = node.operands[1]
      guard graph.shape(factor) == .batched(node.shape.channels) else { return nil }
      next.epilogue.factor = shifted(factor)
    case .binary(.add) where steps == 0 && node.operands[0] == value:
      let bias = node.operands[1]
      guard graph.shape(bias) == .fixed(node.shape.channels), isConstant[bias.index] else {
        return nil
      }
      next.epilogue.bias = bias
    case .unary(.clamp(let range))
    where (steps == 0 || steps == 16) && range == 0 ... .infinity:
      next.epilogue.isRectified = true
    case .unary(.gelu) where steps == 0 || steps == 16:
      next.epilogue.hasGELU = true
    case .unary(.silu) where steps < 2:
      next.epilogue.gain = 1
    case .unary(.affine(let scale, shift: 0))
    where steps == 2 || steps == 3:
      guard graph[value].operation == .unary(.silu) else { return nil }
      next.epilogue.gain = scale
    case .combine(let factors) where (steps < 4 || steps == 16) && factors.count == 2:
      let position = node.operands[0] == value ? 0 : 1
      let other = node.operands[1 - position]
      guard other != value else { return nil }
      // The kernels add the bias last. Of two convolutions that are added, the second takes the
      // first along.
      guard steps < 4 || factors[position] == 1 && other.index < value.index else { return nil }
      next.epilogue.residual = (other, factors[1 - position], factors[position])
    case .unary(.clamp(let range)) where steps < 8 && range.lowerBound == -range.upperBound:
      next.epilogue.limit = range.upperBound
    default: return nil
    }
    return next
  }

  /// x and b if `value` is x + b.
  private func shifted(_ value: Graph.Value) -> (value: Graph.Value, shift: Double) {
    if case .unary(.affine(scale: 1, let shift)) = graph[value].operation {
      return (graph[value].operands[0], shift)
    }
    return (value, 0)
  }
}

extension Operation {
  /// Whether each element of the result needs one element of each operand.
  var isElementwise: Bool {
    switch self {
    case .unary, .binary, .combine, .broadcast, .dropout: true
    default: false
    }
  }

  /// Whether an ``Expression`` computes it.
  var isExpression: Bool { isElementwise || self == .sum }

  /// Whether it is the same number everywhere.
  var isFill: Bool { if case .fill = self { true } else { false } }

  /// Whether only gradients are made of it.
  fileprivate var isPartOfGradients: Bool {
    switch self {
    case .combine(let factors): factors.count > 2
    case .sum, .broadcast, .transpose, .convolutionWeights, .linearWeights, .attentionGradient,
      .normalizeGradient, .dropout:
      true
    default: false
    }
  }

  /// Whether the operation is lowered as a convolution; a linear layer is one of 1 x 1.
  var isConvolution: Bool {
    switch self {
    case .convolution, .linear: true
    default: false
    }
  }
}
