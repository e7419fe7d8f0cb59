/// Activations that are computed twice rather than kept: gradient checkpointing.
extension Graph {
  /// What a training may compute anew in its backward pass: forward nodes between two boundaries.
  struct Segment: Hashable, Sendable {
    /// Indices of the nodes.
    let nodes: [Int]

    /// Elements for one image.
    let elements: Int
  }

  /// The segments of a forward pass between neighbouring boundaries, in its order.
  ///
  /// A segment holds what depends on the images and is used, in the forward pass, by nodes of the
  /// same segment or its boundary alone; boundaries and values of wide use stay in memory.
  ///
  /// - Parameters:
  ///   - boundaries: values of the forward pass.
  ///   - count: number of nodes of the forward pass, which stand first.
  /// - Returns: those that hold anything.
  func segments(between boundaries: [Value], forward count: Int) -> [Segment] {
    var last = Array(0..<count)
    for index in 0..<count {
      for operand in nodes[index].operands { last[operand.index] = index }
    }
    let constant = isConstant
    let ends = boundaries.map(\.index).filter { $0 < count }.sorted()
    return zip(ends, ends.dropFirst()).compactMap { start, end in
      let inside = (start + 1..<end).filter { index in
        let node = nodes[index]
        return node.shape.isBatched && !constant[index] && !node.operands.isEmpty
          && last[index] <= end
      }
      let elements = inside.map { nodes[$0].shape.count }.reduce(0, +)
      return inside.isEmpty ? nil : Segment(nodes: inside, elements: elements)
    }
  }

  /// The same values, computed so that nodes behind the forward pass read segments that are
  /// computed anew, just before the first of them: their first values need not be kept.
  ///
  /// - Parameters:
  ///   - segments: of ``segments(between:forward:)``.
  ///   - count: number of nodes of the forward pass.
  /// - Returns: a graph with the same named values.
  func recomputing(_ segments: [Segment], forward count: Int) -> Graph {
    let inside = Set(segments.flatMap(\.nodes))
    var copier = Copier(source: self, inside: inside)
    for index in nodes.indices { copier.copy(index, isForward: index < count) }
    for (name, value) in names { copier.result.name(copier.places[value.index], name) }
    return copier.result
  }

  /// Copies nodes, and those of segments a second time where the backward pass needs them.
  private struct Copier {
    let source: Graph
    let inside: Set<Int>
    var result = Graph()
    var places: [Value] = []
    private var again: [Int: Value] = [:]

    init(source: Graph, inside: Set<Int>) {
      self.source = source
      self.inside = inside
    }

    mutating func copy(_ index: Int, isForward: Bool) {
      let node = source.nodes[index]
      let operands = node.operands.map { isForward ? places[$0.index] : recomputed($0) }
      places.append(result.appendAnew(node, operands))
    }

    private mutating func recomputed(_ value: Value) -> Value {
      guard inside.contains(value.index) else { return places[value.index] }
      if let value = again[value.index] { return value }
      let node = source.nodes[value.index]
      let operands = node.operands.map { recomputed($0) }
      let anew = result.appendAnew(node, operands)
      again[value.index] = anew
      return anew
    }
  }
}
