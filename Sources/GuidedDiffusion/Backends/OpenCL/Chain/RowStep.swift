/// What a launch does, as a step of a ``Chain``: the call of a function for a few rows.
struct RowStep {
  /// A case of the switch in `chain.cl`.
  enum Function: Hashable {
    case linear
    case weightGradient
    case copy

    /// A generated function.
    case expression(String)
  }

  /// An argument of the function.
  enum Argument {
    /// Rows that lie `stride` floats apart; 0 for what all rows share.
    case rows(Lowering.Memory, stride: Int)

    /// Sums over the rows of a part, of `size` floats.
    case parts(Lowering.Memory, size: Int)
    case int(Int)
    case float(Double)
  }

  let function: Function
  var arguments: [Argument] = []

  /// Rows that are added up to one part; nil if none are.
  var rowsPerPart: Int?
}

extension RowStep {
  /// `linear_rows` of dense rows.
  static func linear(
    _ source: (memory: Lowering.Memory, channels: Int), _ weights: Lowering.Memory,
    to result: Lowering.View
  ) -> RowStep {
    RowStep(
      function: .linear,
      arguments: [
        .rows(source.memory, stride: source.channels), .int(source.channels),
        .rows(weights, stride: 0), .rows(result.memory, stride: result.stride),
        .int(result.stride),
      ])
  }

  /// `add_products` of dense rows, x and g, for all panels.
  static func weightGradient(
    _ sources: [(memory: Lowering.Memory, channels: Int)], to partial: Lowering.Memory,
    partSize: Int, rowsPerPart: Int
  ) -> RowStep {
    RowStep(
      function: .weightGradient,
      arguments: sources.flatMap {
        [.rows($0.memory, stride: $0.channels), .int($0.channels)]
      } + [.parts(partial, size: partSize)], rowsPerPart: rowsPerPart)
  }

  /// `copy_rows`.
  static func copy(
    _ view: Lowering.View, _ channels: Int, to target: Lowering.View, isLast: Bool
  ) -> RowStep {
    RowStep(
      function: .copy,
      arguments: [
        .rows(view.memory, stride: view.stride), .int(view.stride), .int(view.offset),
        .rows(target.memory, stride: target.stride), .int(target.stride), .int(target.offset),
        .int(channels), .int(isLast ? 1 : 0),
      ])
  }
}
