/// Zeros in the place of random elements, in training: y = x / (1 - p) with probability 1 - p, else 0
/// (inverted dropout, as `torch.nn.functional.dropout`).
///
/// What is dropped is a function of the image's key, the stream and the element alone, so that
/// backends agree and a training can go on anywhere: Philox4x32-10 under the image's key, at the
/// counter (v, 0, stream, 0), gives four words for the eight channels number v = row ceil(C / 8) +
/// c / 8; their halves, the lower one first, are a number of 16 bits for each channel, which is
/// dropped where that is below p 2^16.
public struct Dropout: Hashable, Sendable {
  /// p in units of 2^-16.
  let threshold: Int

  /// Number of the layer; below 2^24.
  let stream: Int

  /// Drops elements.
  ///
  /// - Parameters:
  ///   - probability: p, 0..<1; rounded to a multiple of 2^-16.
  ///   - stream: number of the layer: layers of different numbers drop independently.
  public init(probability: Double, stream: Int) {
    precondition(0..<1 ~= probability, "a dropout of \(probability)")
    precondition(0..<(1 << 24) ~= stream, "stream \(stream)")
    threshold = min(Int((probability * 65536).rounded()), 65535)
    self.stream = stream
  }

  /// p as it is.
  public var probability: Double { Double(threshold) / 65536 }

  /// What kept elements are multiplied by: 1 / (1 - p).
  var scale: Double { 65536 / Double(65536 - threshold) }
}
