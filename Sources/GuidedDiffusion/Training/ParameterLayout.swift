/// Where each trained parameter lies among all of them, in one array of floats.
///
/// Gradients, moments and averages lie alike, so that an optimiser's step is one pass over a few
/// arrays. Each parameter is dense and row-major and starts at a multiple of an alignment; gaps are
/// zeros and stay so.
struct ParameterLayout: Hashable, Sendable {
  /// One parameter.
  struct Entry: Hashable, Sendable {
    let name: String
    let shape: Shape

    /// First element.
    let offset: Int

    /// Its elements.
    var range: Range<Int> { offset..<offset + shape.count }
  }

  /// In the order of the graph.
  let entries: [Entry]

  /// Elements of all, with the gaps.
  let count: Int

  /// Places parameters at multiples of `alignment` elements.
  init(_ parameters: [(name: String, shape: Shape)], alignment: Int) {
    func aligned(_ place: Int) -> Int { (place + alignment - 1) / alignment * alignment }
    var end = 0
    entries = parameters.map { name, shape in
      let entry = Entry(name: name, shape: shape, offset: end)
      end = aligned(end + shape.count)
      return entry
    }
    count = end
  }

  /// The weights of every output feature, which forced weight normalisation keeps at unit
  /// magnitude (EDM2 section 2.3): the rows of all parameters of two axes or more.
  var weightRows: [(offset: Int, length: Int)] {
    entries.filter { $0.shape.dimensions.count > 1 }.flatMap { entry in
      let rows = entry.shape.dimensions[0]
      let length = entry.shape.count / rows
      return (0..<rows).map { (entry.offset + $0 * length, length) }
    }
  }

  /// All parameters by name.
  func unpack<Element>(_ elements: [Element]) -> [String: [Element]] {
    precondition(elements.count == count, "\(elements.count) elements, not \(count)")
    return Dictionary(
      uniqueKeysWithValues: entries.map { ($0.name, Array(elements[$0.range])) })
  }

  /// The inverse of ``unpack(_:)``.
  func pack<Element: AdditiveArithmetic>(_ values: (Entry) throws -> [Element]) rethrows
    -> [Element]
  {
    var elements = [Element](repeating: .zero, count: count)
    for entry in entries {
      let tensor = try values(entry)
      precondition(tensor.count == entry.shape.count, "\(entry.name) is not \(entry.shape)")
      elements.replaceSubrange(entry.range, with: tensor)
    }
    return elements
  }
}
