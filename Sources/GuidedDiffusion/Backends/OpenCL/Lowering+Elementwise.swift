extension Lowering {
  /// Rows that one work-item takes, so that there are a few items per core.
  func rowsPerItem(_ rows: Int) -> Int {
    max(1, capacity * rows / (8 * context.device.computeUnits))
  }

  /// The memory of a value whose rows lie one behind the other, in the precision asked for.
  mutating func dense(_ value: Graph.Value, isHalf: Bool? = nil) throws -> Memory {
    let (view, shape) = (view(value), graph.shape(value))
    let isHalf = isHalf ?? view.isHalf
    let channels = PaddedLayout.channels(PaddedLayout.width(shape))
    if view.offset == 0 && view.stride == channels && view.isHalf == isHalf { return view.memory }
    let memory = region(PaddedLayout.count(shape) * capacity, isHalf: isHalf)
    let target = View(memory: memory, offset: 0, stride: channels, isHalf: isHalf)
    try copy(view, shape.channels, to: target, rows: shape.rows)
    return memory
  }

  /// Copies channels of rows that may start anywhere; behind the last ones of a row come zeros.
  mutating func copy(
    _ view: View, _ channels: Int, to target: View, rows: Int, isLast: Bool = true
  ) throws {
    if kernels == .gpu {
      return try copyOnGPU(view, channels, to: target, rows: rows, isLast: isLast)
    }
    let perItem = rowsPerItem(rows)
    try emit(
      "copy_channels", of: .elementwise,
      [
        .read(view.memory), .int(view.stride), .int(view.offset), .write(target.memory),
        .int(target.stride), .int(target.offset), .int(channels), .perImage(rows), .int(perItem),
        .int(isLast ? 1 : 0),
      ], label: "\(rows) x \(channels)",
      step: rows == 1 ? .copy(view, channels, to: target, isLast: isLast) : nil,
      size: { [($0 * rows + perItem - 1) / perItem] })
  }

  /// Emits a kernel over all rows of `value` with the common arguments: operands, result, real
  /// channels, rows, rows per item, then `tail`.
  mutating func emitRows(
    _ name: String, _ operands: [PendingArgument], _ value: Graph.Value,
    _ tail: [PendingArgument] = []
  ) throws {
    let shape = graph.shape(value)
    let rows = shape.rows
    let result = define(value)
    let perItem = rowsPerItem(rows)
    try emit(
      name, of: .elementwise,
      operands + [
        .write(result.memory), .int(shape.channels), .perImage(rows), .int(perItem),
      ] + tail, label: "\(shape)", size: { [($0 * rows + perItem - 1) / perItem] })
  }

  func arguments(_ view: View) -> [PendingArgument] {
    [.read(view.memory), .int(view.offset), .int(view.stride)]
  }

  mutating func lower(_ function: UnaryFunction, _ value: Graph.Value) throws {
    let chain = fusion.chain(value)
    let functions = chain.functions.kernelArguments
    if let function = chain.ofTwo {
      try lower(function, chain.base, into: value, functions)
    } else {
      try emitRows("unary", arguments(view(chain.base)), value, functions)
    }
  }

  mutating func lower(_ function: BinaryFunction, _ value: Graph.Value) throws {
    try lower(function, value, into: value, [UnaryFunction]().kernelArguments)
  }

  /// A function of two values with the functions that follow.
  private mutating func lower(
    _ function: BinaryFunction, _ value: Graph.Value, into result: Graph.Value,
    _ functions: [PendingArgument]
  ) throws {
    let operands = graph[value].operands
    let (first, second) = (graph.shape(operands[0]), graph.shape(operands[1]))
    // Row of the second operand that belongs to a row of the first: row / divisor.
    let divisor = second == first ? 1 : second.isBatched ? first.rows : Int(Int32.max)
    let isScalar = second != first && second.count == 1 && first.channels != 1
    try emitRows(
      "binary",
      arguments(view(operands[0])) + arguments(view(operands[1])) + [
        .int(divisor), .int(isScalar ? 1 : 0),
      ], result, [.int(function == .multiply ? 1 : 0)] + functions)
  }

  mutating func lowerCombination(_ value: Graph.Value, _ factors: [Double]) throws {
    let operands = graph[value].operands
    guard operands.count == 2 else {
      throw UnsupportedOperation(detail: "a sum of \(operands.count) values")
    }
    try emitRows(
      "combine",
      arguments(view(operands[0])) + [.float(factors[0])] + arguments(view(operands[1])) + [
        .float(factors[1])
      ], value)
  }

  mutating func lower(_ norm: Normalization, _ value: Graph.Value) throws {
    guard case .channels(let groups) = norm.axes else { return try lowerRowNorm(norm, value) }
    let (source, shape) = (graph[value].operands[0], graph.shape(value))
    let tail: [PendingArgument] = [.int(shape.channels / groups), .float(norm.epsilon)]
    let input = arguments(view(source))
    guard groups == 1, let (active, gain) = directActivation(of: value) else {
      return try emitRows(
        "normalize_channels", input, value, tail + [.int(0), input[0], .float(0)])
    }
    let memory = region(floats: PaddedLayout.count(shape) * capacity)
    activations[active] = memory
    try emitRows(
      "normalize_channels", input, value, tail + [.int(1), .write(memory), .float(gain)])
  }

  /// gain silu(value) and its gain, if that stands in memory before a direct convolution.
  func directActivation(of value: Graph.Value) -> (Graph.Value, gain: Double)? {
    let group = fusion.groups.values
      .filter { group in
        group.gain != nil && group.parts.count == 1 && group.parts[0] == (value, 1)
          && algorithms[group.convolution] == .direct
      }
      .min { $0.result.index < $1.result.index }
    guard let group, let gain = group.gain else { return nil }
    return (graph[group.convolution].operands[0], gain)
  }

  mutating func lowerConcatenation(_ value: Graph.Value) throws {
    var target = define(value)
    let parts = graph[value].operands
    for (index, part) in parts.enumerated() {
      let shape = graph.shape(part)
      try copy(
        view(part), shape.channels, to: target, rows: shape.rows, isLast: index == parts.count - 1)
      target.offset += shape.channels
    }
  }

  /// A slice is a view where kernels can read it in place.
  mutating func lowerSlice(_ value: Graph.Value, _ channels: Range<Int>) throws {
    var view = view(graph[value].operands[0])
    view.offset += channels.lowerBound
    if view.offset % 8 == 0 && channels.count % 8 == 0 {
      views[value] = view
    } else {
      let shape = graph.shape(value)
      try copy(view, shape.channels, to: define(value), rows: shape.rows)
    }
  }

  mutating func lowerReshape(_ value: Graph.Value) throws {
    let (source, target) = (graph.shape(graph[value].operands[0]), graph.shape(value))
    guard source.channels == target.channels || !source.isBatched else {
      throw UnsupportedOperation(detail: "\(source) as \(target)")
    }
    views[value] = view(graph[value].operands[0])
  }

  mutating func lower(_ resampling: Resampling, _ value: Graph.Value) throws {
    let source = graph[value].operands[0]
    let (image, rows) = (graph.shape(source), graph.shape(value).height)
    let sum = resampling.filter.reduce(0, +)
    let filter = try upload(resampling.filter.map { Float($0 / sum) })
    let input = try dense(source)
    let result = define(value)
    try emit(
      resampling.direction == .down ? "resample_down" : "resample_up", of: .resample,
      [
        .read(input), .write(result.memory), .read(filter), .int(resampling.filter.count),
        .int(image.height), .int(image.width), .int(result.stride),
      ], label: "\(image)", size: { [$0 * rows] })
  }
}

extension UnaryFunction {
  /// Number of the function in `elementwise.cl`, and its two arguments.
  var kernelArguments: (Int, Double, Double) {
    switch self {
    case .silu: (0, 1, 0)
    case .cosine: (1, 0, 0)
    case .exponential: (2, 0, 0)
    case .logarithm: (3, 0, 0)
    case .squareRoot: (4, 0, 0)
    case .reciprocal: (5, 0, 0)
    case .affine(let scale, let shift): (6, scale, shift)
    case .clamp(let range): (7, range.lowerBound, range.upperBound)
    case .sigmoid: (8, 0, 0)
    case .inside(let range): (9, range.lowerBound, range.upperBound)
    case .gelu: (10, 0, 0)
    }
  }
}

extension [UnaryFunction] {
  /// The arguments of up to three functions one after the other, the first one first.
  fileprivate var kernelArguments: [Lowering.PendingArgument] {
    precondition(count <= 3, "\(count) functions in one launch")
    let none = [(-1, 0.0, 0.0)]
    return (map(\.kernelArguments) + none + none + none).prefix(3).flatMap { code, a, b in
      [.int(code), .float(a), .float(b)]
    }
  }
}

/// An operation in a form that the OpenCL backend has no kernel for.
public struct UnsupportedOperation: Error, CustomStringConvertible {
  /// What it was.
  public let detail: String

  /// One line.
  public var description: String { "the OpenCL backend cannot compute \(detail)" }
}
