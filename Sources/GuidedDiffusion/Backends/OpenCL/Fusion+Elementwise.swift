extension Fusion {
  /// Element-wise functions that one launch computes one after the other.
  struct Chain {
    /// What they start from: a stored value, or what `ofTwo` computes.
    var base: Graph.Value

    /// A function of two values that is computed first.
    var ofTwo: BinaryFunction?

    /// Up to three, the first one first.
    var functions: [UnaryFunction]
  }

  /// An element-wise function with those before it whose values nothing else needs.
  func chain(_ value: Graph.Value) -> Chain {
    var chain = Chain(base: value, functions: [])
    while case .unary(let function) = graph[chain.base].operation, chain.functions.count < 3,
      chain.base == value || isNeededOnce(chain.base)
    {
      chain.functions.insert(function, at: 0)
      chain.base = graph[chain.base].operands[0]
    }
    if case .binary(let function) = graph[chain.base].operation, isNeededOnce(chain.base) {
      chain.ofTwo = function
    }
    return chain
  }

  /// What an element-wise value is computed from in one launch, but for numbers.
  func leaves(of value: Graph.Value) -> [Graph.Value] {
    graph[value].operands.flatMap { operand -> [Graph.Value] in
      let node = graph[operand]
      if node.operation.isFill { return [] }
      let isInlined =
        node.operation.isElementwise && isNeededOnce(operand)
        && node.shape == graph.shape(value)
      return isInlined ? leaves(of: operand) : [operand]
    }
  }

  /// Whether a value is computed for one other alone, by an element-wise launch.
  private func isNeededOnce(_ value: Graph.Value) -> Bool {
    users[value.index].count == 1 && !outputs.contains(value) && groups[value] == nil
      && !isConstant[value.index]
  }
}
