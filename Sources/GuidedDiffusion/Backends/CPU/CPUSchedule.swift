/// The steps of a compiled graph and what they need that depends on parameters alone.
struct CPUSchedule<Element: CPUScalar>: Sendable {
  /// A node to evaluate at each run.
  private struct Step {
    /// Index of the node, and of the slot for its value.
    let index: Int

    let node: Graph.Node

    /// Slots of its operands.
    let operands: [Int]

    /// Whether the weights, if it is a convolution, are packed.
    let weightsArePacked: Bool

    /// Slots that no later step reads.
    let lastUses: [Int]
  }

  private let steps: [Step]

  /// A slot for the value of each node, then slots for packed weights; filled where the value
  /// depends on no input.
  private let constants: [CPUValue<Element>?]

  /// The inputs that are read.
  let inputs: [(name: String, shape: Shape)]

  /// Evaluates constants and orders the rest.
  ///
  /// - Throws: what `parameters` throws.
  init(
    of graph: Graph, computing outputs: [Graph.Value], parameters: any ParameterSource
  ) throws {
    let evaluator = ConstantEvaluator<Element>(graph: graph, parameters: parameters)
    let isConstant = graph.isConstant
    let isNeeded = graph.isNeeded(for: outputs)
    let computed = graph.nodes.indices.filter { isNeeded[$0] && !isConstant[$0] }
    var slots = [CPUValue<Element>?](repeating: nil, count: graph.nodes.count)

    for output in outputs where isConstant[output.index] {
      slots[output.index] = try evaluator.evaluate(output)
    }
    var operands: [Int: [Int]] = [:]
    for index in computed {
      let node = graph.nodes[index]
      operands[index] = try node.operands.enumerated().map { position, operand in
        guard isConstant[operand.index] else { return operand.index }
        if node.isConvolution && position == 1 {
          slots.append(CPUOperations.packed(try evaluator.evaluate(operand)))
          return slots.count - 1
        }
        if slots[operand.index] == nil {
          slots[operand.index] = try evaluator.evaluate(operand)
        }
        return operand.index
      }
    }
    constants = slots
    inputs = computed.compactMap { index in
      let node = graph.nodes[index]
      return if case .input(let name) = node.operation { (name, node.shape) } else { nil }
    }

    // Backwards, the first reader met is the last.
    var seen = Set(outputs.map(\.index) + slots.indices.filter { slots[$0] != nil })
    let backwards = computed.reversed().map { index in
      let node = graph.nodes[index]
      let operands = operands[index] ?? []
      return Step(
        index: index, node: node, operands: operands,
        weightsArePacked: node.isConvolution && operands[1] >= graph.nodes.count,
        lastUses: operands.filter { seen.insert($0).inserted })
    }
    steps = backwards.reversed()
  }

  /// Evaluates all steps.
  ///
  /// - Parameters:
  ///   - images: number of images.
  ///   - input: gives the value of an input.
  /// - Returns: a slot for each node; at least the outputs' are filled.
  func evaluate(
    images: Int, input: (String, Shape) -> CPUValue<Element>
  ) -> [CPUValue<Element>?] {
    useOneThreadPerProduct()
    let operations = CPUOperations<Element>(images: images)
    var values = constants
    for step in steps {
      if case .input(let name) = step.node.operation {
        values[step.index] = input(name, step.node.shape)
        continue
      }
      let operands = step.operands.map { slot in
        guard let value = values[slot] else { preconditionFailure("operand not computed") }
        return value
      }
      values[step.index] = operations.evaluate(
        step.node, operands, isShared: !step.node.shape.isBatched,
        weightsArePacked: step.weightsArePacked)
      for slot in step.lastUses { values[slot] = nil }
    }
    return values
  }
}

extension Graph.Node {
  fileprivate var isConvolution: Bool {
    if case .convolution = operation { true } else { false }
  }
}
