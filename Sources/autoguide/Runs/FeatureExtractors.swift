import Figures
import GuidedDiffusion

/// The feature networks that some metrics need, on a device.
struct FeatureExtractors {
  let metrics: [Metric]

  /// Most images whose features are kept.
  let capacity: Int

  let inception: FeatureExtractor?
  let dinov2: FeatureExtractor?

  /// Images whose features are kept unless another number is asked for: KID, precision and recall
  /// need no more, and Inception's take 82 MB.
  static let defaultCapacity = 10_000

  private var kinds: Set<FeatureKind> { Set(metrics.map(\.features)) }

  /// What statistics of these features say of themselves, by the kind of features.
  func sources(images: String) -> [FeatureKind: FeatureStatistics.Source] {
    var sources: [FeatureKind: FeatureStatistics.Source] = [:]
    for kind in kinds {
      guard let extractor = kind == .dinov2 ? dinov2 : inception else { continue }
      let network = extractor.network
      let classes = (network as? InceptionV3)?.classCount ?? 0
      sources[kind] = FeatureStatistics.Source(
        network: network.sha256, features: kind == .classes ? classes + 1 : network.featureCount,
        algorithms: extractor.algorithms, images: images, isMeanOnly: kind == .classes)
    }
    return sources
  }

  /// Statistics of nothing yet, of these images.
  func statistics(images: String) -> ImageStatistics {
    ImageStatistics(sources(images: images), keeping: capacity)
  }

  /// The features of some pictures, by each network; neighbours of one size are computed together.
  func features(of pictures: [Picture]) throws -> [FeatureKind: [Float]] {
    var features: [FeatureKind: [Float]] = [:]
    for kind in kinds { features[kind] = [] }
    var rest = pictures[...]
    while let first = rest.first {
      let run = rest.prefix { $0.isLike(first) }
      let pixels = run.flatMap(\.pixels)
      func outputs(_ extractor: FeatureExtractor) throws -> (features: [Float], logits: [Float]) {
        try extractor.outputs(
          of: pixels, height: first.height, width: first.width, channels: first.channels)
      }
      if let inception {
        let (vectors, logits) = try outputs(inception)
        features[.inception]? += vectors
        features[.classes]? += ClassProbabilities.features(
          ofLogits: logits, classes: max(1, logits.count / run.count))
      }
      if let dinov2 { features[.dinov2]? += try outputs(dinov2).features }
      rest = rest.dropFirst(run.count)
    }
    return features
  }

  /// Multiply-adds of one image's features.
  func multiplyAdds(height: Int, width: Int, channels: Int) -> Int {
    [inception, dinov2].compactMap(\.self)
      .map { $0.network.graph(height: height, width: width, channels: channels).multiplyAdds }
      .reduce(0, +)
  }
}

extension Picture {
  fileprivate func isLike(_ other: Picture) -> Bool {
    width == other.width && height == other.height && channels == other.channels
  }
}
