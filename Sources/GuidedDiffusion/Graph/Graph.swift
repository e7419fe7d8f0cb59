/// A network as a list of operations in the order of computation.
///
/// A graph knows shapes and operations, nothing else: no device, no file, no batch size. Backends
/// compile it; counts and gradients are functions of it. Values that depend on parameters alone
/// (normalised weights, say) are part of the graph; backends compute them once, at compilation.
public struct Graph: Sendable {
  /// A value of the graph; meaningful only with the graph that made it.
  public struct Value: Hashable, Sendable {
    let index: Int
  }

  /// One operation with its operands and the shape of its result.
  public struct Node: Hashable, Sendable {
    /// What is computed.
    public let operation: Operation

    /// From which values.
    public let operands: [Value]

    /// Shape of the result.
    public let shape: Shape
  }

  /// All nodes; operands stand before their users.
  public private(set) var nodes: [Node] = []

  /// Values known by name: outputs, and taps for tests and profiles.
  public private(set) var names: [String: Value] = [:]

  /// The first node of each kind; what is asked for twice is computed once.
  private var known: [Node: Value] = [:]

  /// An empty graph.
  public init() {}

  /// The node that computes `value`.
  public subscript(value: Value) -> Node { nodes[value.index] }

  /// The shape of `value`.
  public func shape(_ value: Value) -> Shape { self[value].shape }

  /// All values, operands before users.
  public var values: [Value] { nodes.indices.map(Value.init) }

  /// Gives `value` a name by which executables return it.
  ///
  /// - Precondition: the name is free.
  public mutating func name(_ value: Value, _ name: String) {
    precondition(names[name] == nil, "two values named \(name)")
    names[name] = value
  }

  /// Appends a node, or finds the same one; the public way are the operations in
  /// `Graph+Operations.swift`.
  mutating func append(_ operation: Operation, _ operands: [Value], shape: Shape) -> Value {
    precondition(operands.allSatisfy { nodes.indices.contains($0.index) }, "foreign operand")
    let node = Node(operation: operation, operands: operands, shape: shape)
    if let value = known[node] { return value }
    nodes.append(node)
    let value = Value(index: nodes.count - 1)
    known[node] = value
    return value
  }

  /// Appends a node even if the same one is there: what is computed a second time.
  mutating func appendAnew(_ node: Node, _ operands: [Value]) -> Value {
    nodes.append(Node(operation: node.operation, operands: operands, shape: node.shape))
    return Value(index: nodes.count - 1)
  }

  /// The graph with parameters handed over at each run, as inputs of their names: what a trainer
  /// changes from run to run.
  ///
  /// - Parameter names: of the parameters; nil for all.
  /// - Returns: a graph whose values are those of this one.
  public func withParametersAsInputs(_ names: Set<String>? = nil) -> Graph {
    var graph = self
    for (index, node) in nodes.enumerated() {
      guard case .parameter(let name) = node.operation, names?.contains(name) ?? true else {
        continue
      }
      let input = Node(operation: .input(name), operands: [], shape: node.shape)
      graph.nodes[index] = input
      graph.known[node] = nil
      graph.known[input] = Value(index: index)
    }
    return graph
  }
}

extension Graph {
  /// The names and shapes of all inputs, in order of appearance.
  public var inputs: [(name: String, shape: Shape)] {
    nodes.compactMap { node in
      if case .input(let name) = node.operation { (name, node.shape) } else { nil }
    }
  }

  /// The names and shapes of all parameters, in order of appearance.
  public var parameters: [(name: String, shape: Shape)] {
    nodes.compactMap { node in
      if case .parameter(let name) = node.operation { (name, node.shape) } else { nil }
    }
  }

  /// For each node, whether it depends on no input, so that it is computed once.
  ///
  /// A sum over images is not constant, whatever it adds up: it depends on their number.
  var isConstant: [Bool] {
    var constant: [Bool] = []
    for node in nodes {
      if case .input = node.operation {
        constant.append(false)
      } else {
        let sumsImages = !node.shape.isBatched && node.operands.contains { shape($0).isBatched }
        constant.append(!sumsImages && node.operands.allSatisfy { constant[$0.index] })
      }
    }
    return constant
  }

  /// For each node, whether it depends on inputs without a batch axis alone, such as the parameters
  /// of a training: it is the same for all parts of a batch.
  var dependsOnUnbatchedInputsAlone: [Bool] {
    var depends: [Bool] = []
    for node in nodes {
      depends.append(!node.shape.isBatched && node.operands.allSatisfy { depends[$0.index] })
    }
    return depends
  }

  /// For each node, whether `outputs` depend on it.
  func isNeeded(for outputs: [Value]) -> [Bool] {
    var needed = [Bool](repeating: false, count: nodes.count)
    for output in outputs { needed[output.index] = true }
    for index in nodes.indices.reversed() where needed[index] {
      for operand in nodes[index].operands { needed[operand.index] = true }
    }
    return needed
  }
}
