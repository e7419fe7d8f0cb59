import Figures
import GuidedDiffusion

/// The pictures of one block of statistics, until their features are computed.
struct FeatureBlock {
  /// Numbers of the pictures.
  let numbers: Range<Int>

  /// The pictures so far, in order.
  private(set) var pictures: [Picture] = []

  init(_ numbers: Range<Int>) { self.numbers = numbers }

  /// Whether all pictures are there.
  var isComplete: Bool { pictures.count == numbers.count }

  /// Appends the next picture.
  mutating func append(_ picture: Picture) { pictures.append(picture) }
}
