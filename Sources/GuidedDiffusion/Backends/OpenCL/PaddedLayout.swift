/// Activations on the device: rows of channels, padded with zeros to a multiple of 8.
///
/// A value without a batch axis, such as the weights of a layer in training, is one row of all its
/// elements.
enum PaddedLayout {
  /// Rows of one image, or of all if the shape is not batched.
  static func rows(_ shape: Shape) -> Int { shape.isBatched ? shape.rows : 1 }

  /// Elements of a row without their padding.
  static func width(_ shape: Shape) -> Int { shape.isBatched ? shape.channels : shape.count }

  /// Channels with their padding.
  static func channels(_ channels: Int) -> Int { (channels + 7) / 8 * 8 }

  /// Elements of one image, or of all if the shape is not batched.
  static func count(_ shape: Shape) -> Int { rows(shape) * channels(width(shape)) }

  /// Dense rows with padding put behind each.
  static func padded<Element: Numeric>(_ elements: [Element], channels width: Int) -> [Element] {
    let padded = channels(width)
    if padded == width { return elements }
    let rows = elements.count / width
    var result = [Element](repeating: 0, count: rows * padded)
    for row in 0..<rows {
      for c in 0..<width { result[row * padded + c] = elements[row * width + c] }
    }
    return result
  }

  /// The inverse of ``padded(_:channels:)``.
  static func dense<Element: Numeric>(_ elements: [Element], channels width: Int) -> [Element] {
    let padded = channels(width)
    if padded == width { return elements }
    let rows = elements.count / padded
    var result = [Element](repeating: 0, count: rows * width)
    for row in 0..<rows {
      for c in 0..<width { result[row * width + c] = elements[row * padded + c] }
    }
    return result
  }
}
