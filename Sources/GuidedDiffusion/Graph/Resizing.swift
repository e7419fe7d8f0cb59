/// An image of another size: y = R x Cᵀ for each channel, R and C being the weights of a filter
/// along the two axes.
public struct Resizing: Hashable, Sendable {
  /// How a target pixel is made of source pixels.
  public enum Filter: Hashable, Sendable {
    /// Bilinear as in TensorFlow 1: target t lies at t · size / target size in the source, and
    /// pixels beyond the last are the last. No filter when shrinking.
    case bilinearFromCorner

    /// Keys' cubic with a = -0.5, stretched when shrinking so that no pixel is left out, as in Pillow
    /// and PyTorch's antialiased bicubic: pixels beyond the border do not count, and the weights of
    /// those inside sum to 1. Nothing is rounded or clamped.
    case bicubic
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
    case .bicubic: Self.cubicTaps(from: size, to: target)
    }
  }

  private static func cubicTaps(from size: Int, to target: Int) -> [Taps] {
    let scale = Double(size) / Double(target)
    let stretch = max(scale, 1)
    let count = min(size, Int((4 * stretch).rounded(.up)) + 1)
    return (0..<target).map { position in
      let centre = (Double(position) + 0.5) * scale
      // Pixel j is at j + 1/2; those that count are nearer than 2 stretch.
      let first = max(0, Int(centre - 2 * stretch + 0.5))
      let last = min(size, Int(centre + 2 * stretch + 0.5))
      let start = min(first, size - count)
      let weights = (start..<start + count).map { source in
        first..<last ~= source ? keysCubic((Double(source) + 0.5 - centre) / stretch) : 0
      }
      let sum = weights.reduce(0, +)
      return Taps(start: start, weights: weights.map { $0 / sum })
    }
  }

  /// Keys' cubic convolution with a = -0.5 at distance x.
  private static func keysCubic(_ x: Double) -> Double {
    let x = abs(x)
    if x < 1 { return (1.5 * x - 2.5) * x * x + 1 }
    if x < 2 { return ((-0.5 * x + 2.5) * x - 4) * x + 2 }
    return 0
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
