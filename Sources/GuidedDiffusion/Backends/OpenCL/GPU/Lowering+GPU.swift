/// What ``Lowering`` emits for ``KernelClass/gpu``.
extension Lowering {
  /// Items of a group in kernels of one item per element: `GROUP` in `common.clh`.
  static var group: Int { 64 }

  /// Whether images have 16 bits. What has one row per image, such as the embedding of the noise
  /// level, keeps 32: it is small, and everything depends on it.
  func isHalf(rows: Int) -> Bool { precision == .half && rows > 1 }

  /// Whether a value is stored in 16 bits: inputs and outputs are not.
  func isHalf(_ value: Graph.Value) -> Bool {
    if case .input = graph[value].operation { return false }
    let shape = graph.shape(value)
    return shape.isBatched && isHalf(rows: shape.rows) && !fusion.outputs.contains(value)
  }

  /// Where a value lies as the kernels read it, images in ``precision`` and all else in 32 bits; in
  /// a copy if it is stored otherwise.
  mutating func operand(_ value: Graph.Value) throws -> View {
    let (view, shape) = (view(value), graph.shape(value))
    let wanted = shape.isBatched && isHalf(rows: shape.rows)
    if view.isHalf == wanted { return view }
    if let copy = converted[value] { return copy }
    let copy = View(
      memory: try dense(value, isHalf: wanted), offset: 0,
      stride: PaddedLayout.channels(shape.channels), isHalf: wanted)
    converted[value] = copy
    return copy
  }

  mutating func lowerOnGPU(_ value: Graph.Value) throws {
    let node = graph[value]
    switch node.operation {
    case .input: define(value, lasting: true)
    case .attention(let attention): try lowerOnGPU(attention, value)
    case .normalize(let norm): try lowerOnGPU(norm, value)
    case .groupNormalize(let norm): try lowerOnGPU(norm, value)
    case .standardize(let epsilon): try standardizeOnGPU(value, epsilon: epsilon)
    case .concatenate: try lowerConcatenation(value)
    case .slice(let channels): try lowerSlice(value, channels)
    case .resample(let resampling): try lowerOnGPU(resampling, value)
    case .pool(let pooling): try lowerOnGPU(pooling, value)
    case .resize(let resizing): try lowerOnGPU(resizing, value)
    case .tokens: try lowerTokensOnGPU(value)
    case .row(let index): lowerRow(value, index)
    case .reshape: try lowerReshape(value)
    case .convolution, .linear: preconditionFailure("every convolution is in a group")
    case .unary, .binary, .combine: preconditionFailure("\(node.operation) is element-wise")
    case .parameter, .fill, .gather: preconditionFailure("\(node.operation) needs no input")
    case .sum, .broadcast, .dropout, .transpose, .convolutionWeights, .linearWeights,
      .attentionGradient, .normalizeGradient:
      preconditionFailure("\(node.operation) has kernels for CPUs")
    }
  }

  /// Emits a kernel of `lanes` items for each of `count` things of an image; the number of these
  /// things is the kernel's last argument.
  ///
  /// - Parameters:
  ///   - name: of the kernel.
  ///   - source: its file.
  ///   - isHalf: whether what it reads has 16 bits.
  ///   - isResultHalf: whether what it writes has.
  ///   - arguments: all but the last.
  ///   - count: for one image.
  ///   - lanes: items for each.
  ///   - label: for profiles.
  /// - Throws: ``OpenCLError`` if the kernel does not compile.
  mutating func emitItems(
    _ name: String, of source: KernelSource, _ isHalf: Bool, to isResultHalf: Bool,
    _ arguments: [PendingArgument], _ count: Int, lanes: Int = 1, label: String
  ) throws {
    try emit(
      name, of: source, options: Self.options(isHalf, to: isResultHalf),
      arguments + [.perImage(count)], label: label, local: [Self.group],
      size: { [Self.inGroups($0 * count * lanes)] })
  }

  /// The macros for what a kernel reads and writes.
  static func options(_ isHalf: Bool, to isResultHalf: Bool) -> String {
    "-DHALF=\(isHalf ? 1 : 0) -DRESULT_HALF=\(isResultHalf ? 1 : 0)"
  }

  /// At least `items`, in whole groups.
  static func inGroups(_ items: Int) -> Int { (items + group - 1) / group * group }
}
