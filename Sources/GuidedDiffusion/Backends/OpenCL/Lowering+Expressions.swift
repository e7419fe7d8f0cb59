extension Lowering {
  /// An element-wise value with all that is computed on the way to it.
  mutating func lowerMap(_ value: Graph.Value) throws {
    let expression = expression(of: value)
    let result = define(value)
    let vectors = PaddedLayout.count(expression.shape) / expression.lanes
    if kernels == .gpu { return emitOnGPU(expression, to: result, vectors: vectors) }
    let isBatched = expression.shape.isBatched
    try emit(
      ExpressionKernel(expression: expression, purpose: .map), result.memory, units: vectors,
      perItem: unitsPerItem(isBatched ? vectors * capacity : vectors), isBatched: isBatched)
  }

  /// A sum with all that is computed on the way to what it adds up.
  mutating func lowerSum(_ value: Graph.Value) throws {
    let node = graph[value]
    let expression = expression(of: node.operands[0])
    let source = expression.shape
    let result = define(value)
    if node.shape.isBatched {
      try emit(
        ExpressionKernel(
          expression: expression, purpose: node.shape.count == 1 ? .sumOfImage : .rowsOfImage),
        result.memory, units: 1, perItem: unitsPerItem(capacity), isBatched: true)
      return
    }
    // Parts depend on the capacity, not on the machine.
    let isScalar = node.shape.count == 1
    guard isScalar || source.isBatched else {
      throw UnsupportedOperation(detail: "the sum of \(source) to \(node.shape)")
    }
    let units =
      isScalar ? PaddedLayout.count(source) / expression.lanes : PaddedLayout.rows(source)
    let all = source.isBatched ? units * capacity : units
    let parts = min(16, all)
    let width = isScalar ? 8 : PaddedLayout.channels(node.shape.count)
    let partial = region(floats: parts * width)
    try emit(
      ExpressionKernel(expression: expression, purpose: isScalar ? .sum : .rows), partial,
      units: units, perItem: (all + parts - 1) / parts, isBatched: source.isBatched, items: parts)
    try emit(
      "sum_parts", of: .gradient,
      [
        .read(partial), .int(parts), .int(width), .write(result.memory), .int(isScalar ? 1 : 0),
      ], label: "\(node.shape)", size: { _ in [1] })
  }

  private func expression(of value: Graph.Value) -> Expression {
    let isWhole = kernels == .cpu && PaddedLayout.width(graph.shape(value)) % 16 == 0
    return Expression(value, in: graph, fusion, lanes: isWhole ? 16 : 8) { leaf in
      let (view, shape) = (view(leaf), graph.shape(leaf))
      return Expression.Layout(
        isDense: view.offset == 0
          && view.stride == PaddedLayout.channels(PaddedLayout.width(shape)),
        isHalf: view.isHalf)
    }
  }

  /// A generated kernel's function as a step of a chain.
  private func step(
    _ kernel: ExpressionKernel, _ name: String, _ result: Memory, unitsPerItem: Int
  ) -> RowStep {
    let expression = kernel.expression
    let width = PaddedLayout.width(expression.shape)
    let padded = PaddedLayout.channels(width)
    let vectors = padded / expression.lanes
    var step = RowStep(function: .expression(name))
    for leaf in expression.leaves {
      let view = view(leaf.value)
      let isOfRows = graph.shape(leaf.value).isBatched
      step.arguments += [
        .rows(view.memory, stride: isOfRows ? view.stride : 0), .int(view.offset),
        .int(view.stride),
      ]
    }
    var unitsPerRow = 1
    switch kernel.purpose {
    case .map, .mapOnGPU:
      unitsPerRow = vectors
      step.arguments.append(.rows(result, stride: padded))
    case .sumOfImage: step.arguments.append(.rows(result, stride: 8))
    case .rowsOfImage: step.arguments.append(.rows(result, stride: padded))
    case .sum:
      unitsPerRow = vectors
      step.arguments.append(.parts(result, size: 8))
      // No whole number of rows: no part of a chain.
      step.rowsPerPart = unitsPerItem % vectors == 0 ? unitsPerItem / vectors : 0
    case .rows:
      step.arguments.append(.parts(result, size: padded))
      step.rowsPerPart = unitsPerItem
    }
    step.arguments += [.int(width), .int(unitsPerRow)]
    step.arguments += expression.numbers.map { .float($0) }
    return step
  }

  /// A few items per core.
  private func unitsPerItem(_ units: Int) -> Int {
    max(1, units / (8 * context.device.computeUnits))
  }

  /// Emits a generated kernel; its program is built when all are known.
  private mutating func emit(
    _ kernel: ExpressionKernel, _ result: Memory, units: Int, perItem: Int, isBatched: Bool,
    items: Int? = nil
  ) throws {
    let expression = kernel.expression
    var arguments = expression.leaves.flatMap { self.arguments(view($0.value)) }
    arguments += [
      .write(result), .int(PaddedLayout.width(expression.shape)),
      .int(PaddedLayout.rows(expression.shape)), isBatched ? .perImage(units) : .int(units),
      .int(perItem),
    ]
    arguments += expression.numbers.map { .float($0) }
    let name = expressions.name(of: kernel)
    emit(
      name, arguments, label: "\(expression.shape)",
      step: isBatched && expression.shape.rows == 1
        ? step(kernel, name, result, unitsPerItem: perItem) : nil,
      size: { batch in
        [items ?? ((isBatched ? units * batch : units) + perItem - 1) / perItem]
      })
  }
}
