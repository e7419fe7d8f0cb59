/// The largest or the mean element of each window of an image, channel by channel.
public struct Pooling: Hashable, Sendable {
  /// What is made of a window.
  public enum Reduction: Hashable, Sendable {
    /// The largest element inside the image.
    case maximum

    /// The mean of the elements inside the image; with `countsPadding`, their sum over the area of
    /// the window.
    case mean(countsPadding: Bool)
  }

  /// What is made of a window.
  public var reduction: Reduction

  /// Height and width of the window.
  public var size: Int

  /// Distance of windows, in pixels.
  public var stride: Int

  /// Pixels that the windows reach beyond each edge; fewer than `size`.
  public var padding: Int

  /// The rows or columns inside an edge of `length` that window `index` covers.
  func window(_ index: Int, of length: Int) -> Range<Int> {
    let start = index * stride - padding
    return max(start, 0)..<min(start + size, length)
  }
}

extension Graph {
  /// Largest or mean element of each window (see ``Pooling``).
  ///
  /// - Returns: `[N, (H + 2 padding - size) / stride + 1, ..., C]`.
  public mutating func pool(
    _ x: Value, _ reduction: Pooling.Reduction, size: Int, stride: Int, padding: Int = 0
  ) -> Value {
    let image = shape(x)
    precondition(
      image.isBatched && image.dimensions.count == 3
        && min(image.height, image.width) + 2 * padding >= size && padding < size,
      "windows of \(size) with padding \(padding) of \(image)")
    return append(
      .pool(Pooling(reduction: reduction, size: size, stride: stride, padding: padding)), [x],
      shape: .batched(
        (image.height + 2 * padding - size) / stride + 1,
        (image.width + 2 * padding - size) / stride + 1, image.channels))
  }

  /// max(x, 0).
  public mutating func relu(_ x: Value) -> Value { unary(.clamp(0 ... .infinity), x) }
}
