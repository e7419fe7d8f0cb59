/// Reverse-mode differentiation: the gradient of a graph is more of the graph.
extension Graph {
  /// Appends d(Σ y)/dx for several x; the sum is over all elements of y and over the images.
  ///
  /// What is appended are operations like any other: it can be named, lowered by every backend,
  /// and differentiated again. The score of a density network is one gradient, that of its
  /// training loss a second one.
  ///
  /// - Parameters:
  ///   - output: y, of any shape.
  ///   - values: the x.
  ///   - seed: what stands for d/dy, of y's shape; nil for ones.
  /// - Returns: for each x a value of its shape; zeros where y does not depend on it. Where x is
  ///   `[N, ...]` it is the gradient image by image.
  /// - Precondition: y depends on the x by operations that have a rule (`Gradient+Rules.swift`).
  public mutating func gradient(
    of output: Value, withRespectTo values: [Value], seed: Value? = nil
  ) -> [Value] {
    var gradient = Gradient(of: output, withRespectTo: values, in: self)
    let shape = shape(output)
    let seed = seed ?? fill(1, shape)
    precondition(self.shape(seed) == shape, "seed \(self.shape(seed)) for \(shape)")
    gradient.add(seed, to: output)
    for index in nodes.indices.prefix(through: output.index).reversed() {
      gradient.propagate(through: Value(index: index), in: &self)
    }
    return values.map { value in
      gradient.total(of: value, in: &self) ?? fill(0, self.shape(value))
    }
  }
}

/// Gradients on their way from an output back to the values it depends on.
struct Gradient {
  /// A summand of a value's gradient; with a range it is that of some channels only.
  private struct Term {
    let gradient: Graph.Value
    let channels: Range<Int>?
  }

  private var terms: [Graph.Value: [Term]] = [:]

  /// For each node, whether it lies between the values and the output.
  private let isBetween: [Bool]

  init(of output: Graph.Value, withRespectTo values: [Graph.Value], in graph: Graph) {
    let needed = graph.isNeeded(for: [output])
    let wanted = Set(values.map(\.index))
    var depends: [Bool] = []
    for (index, node) in graph.nodes.enumerated() {
      depends.append(wanted.contains(index) || node.operands.contains { depends[$0.index] })
    }
    isBetween = zip(needed, depends).map { $0 && $1 }
  }

  /// Adds to a value's gradient, or to that of some of its channels.
  mutating func add(_ gradient: Graph.Value, to value: Graph.Value, channels: Range<Int>? = nil) {
    terms[value, default: []].append(Term(gradient: gradient, channels: channels))
  }

  /// Whether the gradient of a value is needed.
  func isNeeded(_ value: Graph.Value) -> Bool { isBetween[value.index] }

  /// Turns the gradient of a node into those of its operands.
  mutating func propagate(through value: Graph.Value, in graph: inout Graph) {
    guard isNeeded(value), graph[value].operands.contains(where: isNeeded),
      let total = total(of: value, in: &graph)
    else { return }
    apply(graph[value], value: value, gradient: total, in: &graph)
  }

  /// The sum of all terms; nil without any.
  mutating func total(of value: Graph.Value, in graph: inout Graph) -> Graph.Value? {
    guard let all = terms[value] else { return nil }
    let width = graph.shape(value).channels
    var whole = all.filter { $0.channels == nil }.map(\.gradient)
    let parts = all.filter { $0.channels != nil }
    whole += joined(parts, width: width, shape: graph.shape(value), in: &graph)
    let total = whole.count == 1 ? whole[0] : graph.combine(whole.map { ($0, 1) })
    terms[value] = [Term(gradient: total, channels: nil)]
    return total
  }

  /// Gradients of slices as gradients of the whole: neighbouring slices are concatenated, zeros
  /// stand where there is none.
  private func joined(
    _ parts: [Term], width: Int, shape: Shape, in graph: inout Graph
  ) -> [Graph.Value] {
    var rest = parts.sorted { ($0.channels?.lowerBound ?? 0) < ($1.channels?.lowerBound ?? 0) }
    var results: [Graph.Value] = []
    while !rest.isEmpty {
      var (row, later, end): ([Graph.Value], [Term], Int) = ([], [], 0)
      for part in rest {
        guard let channels = part.channels, channels.lowerBound >= end else {
          later.append(part)
          continue
        }
        if channels.lowerBound > end {
          row.append(graph.fill(0, shape.withChannels(channels.lowerBound - end)))
        }
        row.append(part.gradient)
        end = channels.upperBound
      }
      if end < width { row.append(graph.fill(0, shape.withChannels(width - end))) }
      results.append(row.count == 1 ? row[0] : graph.concatenate(row))
      rest = later
    }
    return results
  }
}
