/// The steps of a compiled graph and what they need that depends on parameters alone.
struct CPUSchedule<Element: CPUScalar>: Sendable {
  /// A node to evaluate at each run.
  private struct Step {
    let node: Graph.Node

    /// Slots of its operands.
    let operands: [Int]

    /// Slot of its value.
    let result: Int

    /// Slots that no later step reads.
    var lastUses: [Int] = []

    /// Whether its weights, if it is a convolution, are packed.
    let weightsArePacked: Bool
  }

  /// In order.
  private var steps: [Step] = []

  /// A slot for the value of each node, then slots for packed weights; filled where the value
  /// depends on no input.
  private var constants: [CPUValue<Element>?]

  /// The inputs that are read.
  private(set) var inputs: [(name: String, shape: Shape)] = []

  /// Evaluates constants and orders the rest.
  ///
  /// - Throws: what `parameters` throws.
  init(
    of graph: Graph, computing outputs: [Graph.Value], parameters: any ParameterSource
  ) throws {
    constants = Array(repeating: nil, count: graph.nodes.count)
    let evaluator = ConstantEvaluator<Element>(graph: graph, parameters: parameters)
    let isConstant = graph.isConstant
    for output in outputs where isConstant[output.index] {
      constants[output.index] = try evaluator.evaluate(output)
    }
    for (index, isNeeded) in graph.isNeeded(for: outputs).enumerated()
    where isNeeded && !isConstant[index] {
      let node = graph.nodes[index]
      if case .input(let name) = node.operation { inputs.append((name, node.shape)) }
      var operands = node.operands.map(\.index)
      var weightsArePacked = false
      for (position, slot) in operands.enumerated() where isConstant[slot] {
        if case .convolution = node.operation, position == 1 {
          let weights = try evaluator.evaluate(node.operands[position])
          constants.append(CPUOperations.packed(weights))
          operands[position] = constants.count - 1
          weightsArePacked = true
        } else if constants[slot] == nil {
          constants[slot] = try evaluator.evaluate(node.operands[position])
        }
      }
      steps.append(
        Step(node: node, operands: operands, result: index, weightsArePacked: weightsArePacked))
    }
    findLastUses(keeping: outputs)
  }

  /// Tells each step which values it is the last to read.
  private mutating func findLastUses(keeping outputs: [Graph.Value]) {
    var seen = Set(outputs.map(\.index))
    seen.formUnion(constants.indices.filter { constants[$0] != nil })
    for index in steps.indices.reversed() {
      steps[index].lastUses = steps[index].operands.filter { seen.insert($0).inserted }
    }
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
    OpenBLAS.useOneThreadPerProduct()
    let perImage = CPUOperations<Element>(images: images)
    let shared = CPUOperations<Element>(images: 1, batch: images)
    var values = constants
    for step in steps {
      if case .input(let name) = step.node.operation {
        values[step.result] = input(name, step.node.shape)
        continue
      }
      let operands = step.operands.map { slot in
        guard let value = values[slot] else { preconditionFailure("operand not computed") }
        return value
      }
      let operations = step.node.shape.isBatched ? perImage : shared
      values[step.result] = operations.evaluate(
        step.node, operands, isShared: !step.node.shape.isBatched,
        weightsArePacked: step.weightsArePacked)
      for slot in step.lastUses { values[slot] = nil }
    }
    return values
  }
}
