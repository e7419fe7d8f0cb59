/// Evaluates what depends on parameters alone, for example normalised weights, one value at a time.
///
/// Nothing is kept between calls: a network's weights need never lie in memory all at once.
/// Backends compile with it:
///
/// ```swift
/// let weights = ConstantEvaluator<Float>(graph: graph, parameters: checkpoint)
/// let packed = pack(try weights.elements(of: node.operands[1]))
/// ```
public struct ConstantEvaluator<Element: CPUScalar>: Sendable {
  private let graph: Graph
  private let parameters: any ParameterSource

  /// An evaluator for one graph.
  ///
  /// - Parameters:
  ///   - graph: the graph whose values it evaluates.
  ///   - parameters: its parameters.
  public init(graph: Graph, parameters: any ParameterSource) {
    self.graph = graph
    self.parameters = parameters
  }

  /// The elements of a value, row-major; of one image if it is batched.
  ///
  /// - Parameter value: one that depends on no input.
  /// - Returns: as many elements as its shape has.
  /// - Throws: what ``ParameterSource`` throws.
  public func elements(of value: Graph.Value) throws -> [Element] {
    try evaluate(value).elements
  }

  /// The value with its shape; operands are evaluated first, and again at the next call.
  func evaluate(_ value: Graph.Value) throws -> CPUValue<Element> {
    let node = graph[value]
    switch node.operation {
    case .input(let name):
      preconditionFailure("the value depends on the input \(name)")
    case .parameter(let name):
      let elements = try parameters.elements(of: name, shape: node.shape, as: Element.self)
      return CPUValue(shape: node.shape, elements: elements, isShared: true)
    default:
      let operands = try node.operands.map(evaluate)
      return CPUOperations<Element>(images: 1).evaluate(node, operands, isShared: true)
    }
  }
}
