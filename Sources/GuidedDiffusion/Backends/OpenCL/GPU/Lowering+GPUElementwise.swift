extension Lowering {
  /// Copies channels of rows that may start anywhere; behind the last ones of a row come zeros.
  mutating func copyOnGPU(
    _ view: View, _ channels: Int, to target: View, rows: Int, isLast: Bool
  ) throws {
    let arguments: [PendingArgument] = [
      .read(view.memory), .int(view.stride), .int(view.offset), .write(target.memory),
      .int(target.stride), .int(target.offset), .int(channels),
    ]
    let label = "\(rows) x \(channels)"
    if [view.offset, target.offset, channels].allSatisfy({ $0 % 8 == 0 }) {
      try emitItems(
        "gpu_copy8", of: .gpuElementwise, view.isHalf, to: target.isHalf, arguments,
        rows * channels / 8, label: label)
    } else {
      let span = isLast ? target.stride - target.offset : channels
      try emitItems(
        "gpu_copy", of: .gpuElementwise, view.isHalf, to: target.isHalf,
        arguments + [.int(span)], rows * span, label: label)
    }
  }

  mutating func lowerTokensOnGPU(_ value: Graph.Value) throws {
    let (operands, shape) = (graph[value].operands, graph.shape(value))
    let source = try operand(operands[0])
    let table = view(operands[1])
    let result = define(value)
    try emitItems(
      "gpu_tokens", of: .gpuElementwise, source.isHalf, to: result.isHalf,
      arguments(source) + [
        .read(table.memory), .write(result.memory), .int(shape.channels), .int(shape.rows),
      ], PaddedLayout.count(shape) / 8, label: "\(shape)")
  }

  /// Emits an element-wise value with all that is computed on the way to it.
  mutating func emitOnGPU(_ expression: Expression, to result: View, vectors: Int) {
    let kernel = ExpressionKernel(
      expression: expression, purpose: .mapOnGPU(isHalf: result.isHalf))
    let count: PendingArgument = expression.shape.isBatched ? .perImage(vectors) : .int(vectors)
    emit(
      expressions.name(of: kernel),
      expression.leaves.flatMap { arguments(view($0.value)) } + [
        .write(result.memory), .int(PaddedLayout.width(expression.shape)),
        .int(PaddedLayout.rows(expression.shape)), count,
      ] + expression.numbers.map { .float($0) }, label: "\(expression.shape)",
      local: [Self.group],
      size: { [Self.inGroups(expression.shape.isBatched ? $0 * vectors : vectors)] })
  }
}

extension ExpressionKernel {
  /// The kernel for a GPU: one item for each eight channels; adjacent items have adjacent channels.
  func textOnGPU(name: String, isHalf: Bool) -> String {
    let leaves = expression.leaves.enumerated().map { index, leaf in
      "const global \(leaf.layout.isHalf ? "ushort" : "float") *x\(index), const int o\(index), "
        + "const int s\(index)"
    }
    let parameters =
      leaves + [
        "global \(isHalf ? "ushort" : "float") *y, const int channels, const int rowsPerImage",
        "const int units",
      ] + expression.numbers.indices.map { "const float k\($0)" }
    let value = isWhole ? expression.result : "masked(\(expression.result), c, channels)"
    return """
      GROUP_KERNEL void \(name)(\(parameters.joined(separator: ",\n    "))) {
        const int unit = get_global_id(0), vectors = (channels + 7) / 8;
        if (unit >= units) return;
        const int row = unit / vectors, c = unit % vectors * 8, n = row / rowsPerImage;
        const size_t at = (size_t)unit * 8;
      \(expression.statements.map { "  \($0)\n" }.joined())\
        STORE_\(isHalf ? "HALF8" : "FLOAT8")(y + at, \(value));
      }

      """
  }
}
