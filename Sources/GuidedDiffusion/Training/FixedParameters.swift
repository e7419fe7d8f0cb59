/// Parameters that are in memory, by name.
package struct FixedParameters: ParameterSource {
  private let elements: [String: [Float]]

  /// A source of these elements.
  package init(_ elements: [String: [Float]]) { self.elements = elements }

  package func elements<Element: BinaryFloatingPoint>(
    of name: String, shape: Shape, as type: Element.Type
  ) -> [Element] {
    guard let elements = elements[name], elements.count == shape.count else {
      preconditionFailure("no parameter \(name) \(shape)")
    }
    return elements.map { Element($0) }
  }
}
