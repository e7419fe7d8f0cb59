import Figures
import GuidedDiffusion

/// The pictures of one block of statistics, until their features are computed.
struct FeatureBlock {
  /// Numbers of the pictures.
  let numbers: Range<Int>

  private var pictures: [Picture] = []

  init(_ numbers: Range<Int>) { self.numbers = numbers }

  /// Whether all pictures are there.
  var isComplete: Bool { pictures.count == numbers.count }

  /// Appends the next picture.
  mutating func append(_ picture: Picture) { pictures.append(picture) }

  /// Moments of all pictures' features; neighbours of one size are computed together.
  func moments(_ extractor: FeatureExtractor) throws -> FeatureMoments {
    var features: [Float] = []
    var rest = pictures[...]
    while let first = rest.first {
      let run = rest.prefix { $0.isLike(first) }
      features += try extractor.features(
        of: run.flatMap(\.pixels), height: first.height, width: first.width,
        channels: first.channels)
      rest = rest.dropFirst(run.count)
    }
    return FeatureMoments(of: features, width: extractor.network.featureCount)
  }
}

extension Picture {
  fileprivate func isLike(_ other: Picture) -> Bool {
    width == other.width && height == other.height && channels == other.channels
  }
}
