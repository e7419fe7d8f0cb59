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

  /// Some images out of the elements of many.
  ///
  /// - Parameters:
  ///   - elements: `[M, ...]`.
  ///   - shape: of one image.
  ///   - images: which ones.
  init(_ elements: [Element], shape: [Int], of images: Range<Int>) {
    let size = shape.reduce(1, *)
    let part = elements[images.lowerBound * size..<images.upperBound * size]
    self.init(shape: [images.count] + shape, elements: Array(part))
  }
}

extension Tensor: Equatable where Element: Equatable {}
