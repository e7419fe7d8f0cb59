/// Element-wise operations as OpenCL C: what one generated kernel computes for 8 or 16 channels.
///
/// It starts from values that lie in memory and computes everything in between anew, in registers:
/// gradients have many element-wise operations, and each pass over memory costs more than they do.
/// Numbers are arguments of the kernel, so that expressions of the same form share one.
struct Expression {
  /// A value in memory that the expression reads, and how it lies over the elements.
  struct Leaf {
    let value: Graph.Value
    let pattern: Pattern

    let layout: Layout
  }

  /// How a value is repeated over the elements (see ``BinaryFunction``).
  enum Pattern {
    case all
    case channelsOfImage
    case image
    case channels
    case one
  }

  /// How a value lies in memory.
  struct Layout {
    /// Whether its rows lie one behind the other as those of the result do.
    var isDense: Bool

    /// Whether its elements are the bits of halves.
    var isHalf = false
  }

  private(set) var leaves: [Leaf] = []

  /// Arguments k0, k1, ... of the kernel.
  private(set) var numbers: [Double] = []

  /// Statements, one per line.
  private(set) var statements: [String] = []

  /// The variable that holds the result.
  private(set) var result = ""

  /// Shape of what the expression computes.
  let shape: Shape

  /// Channels at a time: 16 where rows allow it, for two registers of 8 hide each other's latency.
  let lanes: Int

  private let graph: Graph
  private let fusion: Fusion
  private let layout: (Graph.Value) -> Layout
  private var variables: [Graph.Value: String] = [:]

  /// The expression of an element-wise value, or of what a sum adds up; `layout` tells how a value
  /// lies in memory.
  init(
    _ root: Graph.Value, in graph: Graph, _ fusion: Fusion, lanes: Int,
    layout: @escaping (Graph.Value) -> Layout
  ) {
    self.graph = graph
    self.lanes = lanes
    self.layout = layout
    self.fusion = fusion
    shape = graph.shape(root)
    let isComputed = graph[root].operation.isElementwise && !fusion.isConstant[root.index]
    result = isComputed ? compute(root) : term(root)
  }

  /// The variable of a value: read, computed, or a number.
  private mutating func term(_ value: Graph.Value) -> String {
    if let variable = variables[value] { return variable }
    let node = graph[value]
    if case .fill(let number) = node.operation { return "(float\(lanes))(\(argument(number)))" }
    if fusion.isStored[value.index] {
      leaves.append(
        Leaf(value: value, pattern: pattern(node.shape), layout: layout(value)))
      return define(value, load(leaves.count - 1))
    }
    return compute(value)
  }

  private mutating func compute(_ value: Graph.Value) -> String {
    let node = graph[value]
    if case .dropout(let dropout) = node.operation { return drop(value, dropout) }
    let x = node.operands.map { term($0) }
    switch node.operation {
    case .unary(let function): return define(value, text(of: function, x[0]))
    case .binary(.add): return define(value, "\(x[0]) + \(x[1])")
    case .binary(.multiply): return define(value, "\(x[0]) * \(x[1])")
    case .combine(let factors):
      let terms = zip(x, factors).map { $1 == 1 ? $0 : "\(argument($1)) * \($0)" }
      return define(value, terms.joined(separator: " + "))
    case .broadcast: return x[0]
    default: preconditionFailure("\(node.operation) is not element-wise")
    }
  }

  private mutating func drop(_ value: Graph.Value, _ dropout: Dropout) -> String {
    let node = graph[value]
    let x = term(node.operands[0])
    leaves.append(
      Leaf(
        value: node.operands[1], pattern: .channelsOfImage, layout: Layout(isDense: false)))
    let leaf = leaves.count - 1
    let numbers = [Double(dropout.stream), Double(dropout.threshold), dropout.scale].map {
      argument($0)
    }
    return define(
      value,
      "\(x) * dropout\(lanes)(x\(leaf) + o\(leaf) + (size_t)n * s\(leaf), \(numbers[0]), \(numbers[1]),"
        + " \(numbers[2]), (row - n * rowsPerImage) * (padded / 8) + c / 8)")
  }

  private mutating func text(of function: UnaryFunction, _ x: String) -> String {
    switch function {
    case .silu: "\(x) * sigmoid\(lanes)(\(x))"
    case .sigmoid: "sigmoid\(lanes)(\(x))"
    case .gelu: "gelu\(lanes)(\(x))"
    case .cosine: "cos(\(x))"
    case .exponential: "exp(\(x))"
    case .logarithm: "log(\(x))"
    case .squareRoot: "sqrt(\(x))"
    case .reciprocal: "1.0f / \(x)"
    case .affine(let scale, shift: 0): "\(argument(scale)) * \(x)"
    case .affine(scale: 1, let shift): "\(x) + \(argument(shift))"
    case .affine(let scale, let shift): "\(argument(scale)) * \(x) + \(argument(shift))"
    case .clamp(let range):
      "clamp(\(x), (float\(lanes))(\(argument(range.lowerBound))),"
        + " (float\(lanes))(\(argument(range.upperBound))))"
    case .inside(let range):
      "select((float\(lanes))(0), (float\(lanes))(1), \(x) >= \(argument(range.lowerBound))"
        + " && \(x) <= \(argument(range.upperBound)))"
    }
  }

  private mutating func define(_ value: Graph.Value, _ text: String) -> String {
    let variable = "t\(statements.count)"
    statements.append("const float\(lanes) \(variable) = \(text);")
    variables[value] = variable
    return variable
  }

  private mutating func argument(_ number: Double) -> String {
    numbers.append(number)
    return "k\(numbers.count - 1)"
  }

  /// The channels of a leaf; `n` is the image, `row` its row among all, `c` the first channel, `at`
  /// their place in a dense value.
  private func load(_ leaf: Int) -> String {
    let layout = leaves[leaf].layout
    let load = layout.isHalf ? "LOAD_HALF\(lanes)" : "LOAD\(lanes)"
    func one(_ place: String) -> String {
      layout.isHalf
        ? "(float\(lanes))(LOAD_HALF(x\(leaf) + \(place)))" : "(float\(lanes))(x\(leaf)[\(place)])"
    }
    return switch leaves[leaf].pattern {
    case .all where layout.isDense: "\(load)(x\(leaf) + at)"
    case .all: "\(load)(x\(leaf) + o\(leaf) + (size_t)row * s\(leaf) + c)"
    case .channelsOfImage: "\(load)(x\(leaf) + o\(leaf) + (size_t)n * s\(leaf) + c)"
    case .image: one("o\(leaf) + (size_t)n * s\(leaf)")
    case .channels: "\(load)(x\(leaf) + o\(leaf) + c)"
    case .one: one("o\(leaf)")
    }
  }

  private func pattern(_ other: Shape) -> Pattern {
    if other == shape { return .all }
    if other.count == 1 { return other.isBatched ? .image : .one }
    precondition(
      shape.isBatched || shape.dimensions.count == 1, "\(other) over the rows of \(shape)")
    return other.isBatched ? .channelsOfImage : .channels
  }
}
