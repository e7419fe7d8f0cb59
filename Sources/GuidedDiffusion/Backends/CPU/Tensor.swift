/// Elements and their shape, on the host.
public struct Tensor<Element: BitwiseCopyable & Sendable>: Sendable {
  /// Lengths of the axes, outermost first; images are `[N, H, W, C]`.
  public let shape: [Int]

  /// The elements, row-major.
  public let elements: [Element]

  /// Puts a shape on elements.
  ///
  /// - Precondition: there are as many elements as the shape says.
  public init(shape: [Int], elements: [Element]) {
    precondition(
      elements.count == shape.reduce(1, *), "\(elements.count) elements for shape \(shape)")
    self.shape = shape
    self.elements = elements
  }
}

extension Tensor: Equatable where Element: Equatable {}
