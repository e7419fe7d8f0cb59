/// Statistics of the features of the same images by one or more networks: what one file holds.
///
/// As ``FeatureStatistics``, they do not depend on how the work was divided.
public struct ImageStatistics: Hashable, Sendable {
  /// The statistics of each kind of features, all of the same images.
  public private(set) var parts: [FeatureKind: FeatureStatistics]

  /// Statistics of nothing yet.
  ///
  /// - Parameters:
  ///   - sources: what the features are of.
  ///   - capacity: most images whose features are kept, for each kind but class probabilities.
  public init(_ sources: [FeatureKind: FeatureStatistics.Source], keeping capacity: Int = 0) {
    parts = [:]
    for (kind, source) in sources {
      parts[kind] = FeatureStatistics(source, keeping: kind == .classes ? 0 : capacity)
    }
  }

  /// Statistics of one kind or more, of the same images.
  init(_ parts: [FeatureKind: FeatureStatistics]) { self.parts = parts }

  /// The kinds of features in the order of their declaration.
  public var kinds: [FeatureKind] { FeatureKind.allCases.filter { parts[$0] != nil } }

  /// Any of the parts: their images are the same.
  private var first: FeatureStatistics? { kinds.first.flatMap { parts[$0] } }

  /// Number of images.
  public var count: Int { first?.count ?? 0 }

  /// The numbers of all images, neighbouring ranges joined.
  public var numbers: [Range<Int>] { first?.numbers ?? [] }

  /// What the features are of.
  public var sources: [FeatureKind: FeatureStatistics.Source] { parts.mapValues(\.source) }

  /// Whether the images of `numbers` are all in.
  public func contains(_ numbers: Range<Int>) -> Bool { first?.contains(numbers) ?? false }

  /// The same kinds of the same sources, of no images: equal if runs may go on with each other.
  public var emptied: ImageStatistics {
    ImageStatistics(
      parts.mapValues { FeatureStatistics($0.source, keeping: $0.sample.capacity) })
  }

  /// Adds the images of a block, or of a part of it.
  ///
  /// - Parameters:
  ///   - numbers: of the images, in one block.
  ///   - features: `[numbers.count, features]` of every kind.
  /// - Throws: ``MetricsError`` if some of them are in already.
  public mutating func add(
    _ numbers: Range<Int>, _ features: [FeatureKind: [Float]]
  ) throws(MetricsError) {
    precondition(Set(features.keys) == Set(parts.keys), "features \(features.keys)")
    for (kind, elements) in features { try parts[kind]?.add(numbers, features: elements) }
  }

  /// Takes out what is but a part of a block (see ``FeatureStatistics/removeParts(of:)``).
  public mutating func removeParts(of block: Range<Int>) {
    for kind in kinds { parts[kind]?.removeParts(of: block) }
  }

  /// Adds all images of other statistics.
  ///
  /// - Parameter other: of the same features and the same kind of images.
  /// - Throws: ``MetricsError`` if something differs, or images are in both.
  public mutating func merge(_ other: ImageStatistics) throws(MetricsError) {
    guard kinds == other.kinds else {
      throw MetricsError("the metrics differ: such statistics cannot be joined")
    }
    var joined = self
    for (kind, part) in other.parts { try joined.parts[kind]?.merge(part) }
    self = joined
  }
}
