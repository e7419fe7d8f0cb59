/// The elements of one value of a graph while it is evaluated.
struct CPUValue<Element: CPUScalar>: Sendable {
  /// As in the graph.
  let shape: Shape

  /// Row-major: all images one after the other, or one that stands for all.
  let elements: [Element]

  /// Elements from image to image; 0 if all images share the same (parameters, constants).
  let imageStride: Int

  /// A value that differs between images, or not.
  init(shape: Shape, elements: [Element], isShared: Bool) {
    precondition(
      isShared ? elements.count == shape.count : elements.count % max(shape.count, 1) == 0,
      "\(elements.count) elements for \(shape)")
    self.shape = shape
    self.elements = elements
    self.imageStride = isShared ? 0 : shape.count
  }

  /// Where the rows of a tile lie in ``elements``.
  func range(_ tile: Tile) -> Range<Int> {
    let start = tile.image * imageStride
    return start + tile.rows.lowerBound * shape.channels..<start + tile.rows.upperBound
      * shape.channels
  }

  /// Where an image lies in ``elements``.
  func range(image: Int) -> Range<Int> {
    image * imageStride..<image * imageStride + shape.count
  }
}

extension CPUValue {
  /// The value as it is handed out, `[N, ...]` if batched.
  func tensor(images: Int) -> Tensor<Element> {
    guard shape.isBatched else { return Tensor(shape: shape.dimensions, elements: elements) }
    let isRepeated = imageStride == 0
    return Tensor(
      shape: [images] + shape.dimensions,
      elements: isRepeated ? (0..<images).flatMap { _ in elements } : elements)
  }
}
