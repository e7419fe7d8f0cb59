/// An image of another size: y = R x Cᵀ for each channel, R and C being the weights of a filter
/// along the two axes.
public struct Resizing: Hashable, Sendable {
  /// How a target pixel is made of source pixels.
  public enum Filter: Hashable, Sendable {
    /// Bilinear as in TensorFlow 1: target t lies at t · size / target size in the source, and
    /// pixels beyond the last are the last. No filter when shrinking.
    case bilinearFromCorner
  }

  /// Which filter.
  public var filter: Filter

  /// Source coordinates of one axis and their weights, for one target coordinate.
  struct Taps: Hashable, Sendable {
    /// The first source coordinate.
    let start: Int

    /// Weights of the coordinates from `start` on; as many for every target.
    let weights: [Double]
  }

  /// What each target coordinate of one axis is made of.
  func taps(from size: Int, to target: Int) -> [Taps] {
    switch filter {
    case .bilinearFromCorner:
      (0..<target).map { position in
        let source = Double(position) * Double(size) / Double(target)
        let start = max(0, min(Int(source), size - 2))
        let fraction = min(source - Double(start), 1)
        return Taps(start: start, weights: size == 1 ? [1] : [1 - fraction, fraction])
      }
    }
  }
}

extension Graph {
  /// An image of `height` x `width` (see ``Resizing``).
  public mutating func resize(
    _ x: Value, height: Int, width: Int, filter: Resizing.Filter
  ) -> Value {
    let image = shape(x)
    precondition(image.isBatched && image.dimensions.count == 3, "resizing of \(image)")
    if image.height == height && image.width == width { return x }
    return append(
      .resize(Resizing(filter: filter)), [x], shape: .batched(height, width, image.channels))
  }
}
