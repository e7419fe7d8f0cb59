/// Group normalisation (Wu and He, arXiv 1803.08494).
///
/// y = gain[c] (x - mean) / sqrt(variance + epsilon) + bias[c], mean and variance being those of one
/// image over all pixels and the C/groups neighbouring channels that form a group; the variance
/// divides by the number of elements.
public struct GroupNormalization: Hashable, Sendable {
  /// Number of groups; divides the number of channels.
  public var groups: Int

  /// Added to the variance.
  public var epsilon: Double
}

extension Graph {
  /// Group normalisation (see ``GroupNormalization``).
  ///
  /// - Parameters:
  ///   - x: `[N, H, W, C]`.
  ///   - gain: `[C]`.
  ///   - bias: `[C]`.
  ///   - groups: number of groups of channels.
  ///   - epsilon: added to the variance.
  /// - Returns: a value of the shape of `x`.
  public mutating func groupNormalize(
    _ x: Value, gain: Value, bias: Value, groups: Int, epsilon: Double
  ) -> Value {
    let image = shape(x)
    precondition(
      image.isBatched && groups > 0 && image.channels % groups == 0
        && shape(gain) == .fixed(image.channels) && shape(bias) == .fixed(image.channels),
      "\(groups) groups of \(image) with gain \(shape(gain)) and bias \(shape(bias))")
    return append(
      .groupNormalize(GroupNormalization(groups: groups, epsilon: epsilon)), [x, gain, bias],
      shape: image)
  }
}
