/// Moments of the features of numbered images, in a form that does not depend on how the work was
/// divided.
///
/// Images are numbered by their seed, or by their place in a dataset. A block is the images of
/// `blockSize` numbers from a multiple of it on; its moments are always computed as a whole. Blocks
/// are joined by a binary tree over their numbers: a node of level l stands for 2^l blocks from a
/// multiple of 2^l on, and is the sum of its two halves. What is held are the largest nodes whose
/// blocks are all there, so that the same images always give the same bits, however many runs and
/// machines they came from.
public struct FeatureStatistics: Hashable, Sendable {
  /// Numbers in one block.
  public static let blockSize = 250

  /// What the features are of.
  public let source: Source

  /// The nodes in the order of their numbers.
  public private(set) var nodes: [Node] = []

  /// Features of some of the images; of none unless asked for.
  public private(set) var sample: FeatureSample

  /// What must be the same for statistics that are joined.
  public struct Source: Codable, Hashable, Sendable {
    /// SHA-256 of the feature network.
    public var network: String

    /// Length of a feature vector.
    public var features: Int

    /// Digest of the table that chose the device's algorithms.
    public var algorithms: String

    /// Which images: networks and settings of a sampler, or a dataset's path.
    public var images: String

    /// True where only means are kept, no products; otherwise nil.
    public private(set) var isMeanOnly: Bool?

    /// Describes features.
    public init(
      network: String, features: Int, algorithms: String, images: String, isMeanOnly: Bool = false
    ) {
      (self.network, self.features) = (network, features)
      (self.algorithms, self.images) = (algorithms, images)
      self.isMeanOnly = isMeanOnly ? true : nil
    }
  }

  /// Moments of neighbouring blocks.
  public struct Node: Hashable, Sendable {
    /// The images' numbers.
    public let numbers: Range<Int>

    /// Their moments.
    public let moments: FeatureMoments

    /// Whether the node is some part of one block.
    var isPartial: Bool { numbers.count % blockSize != 0 || numbers.lowerBound % blockSize != 0 }
  }

  /// Statistics of nothing yet.
  ///
  /// - Parameters:
  ///   - source: what the features are of.
  ///   - capacity: most images whose features are kept.
  public init(_ source: Source, keeping capacity: Int = 0) {
    self.source = source
    sample = FeatureSample(capacity: capacity)
  }

  /// Statistics known from elsewhere, without their nodes.
  init(_ source: Source, sample: FeatureSample) { (self.source, self.sample) = (source, sample) }

  /// Number of images.
  public var count: Int { nodes.reduce(0) { $0 + $1.moments.count } }

  /// The numbers of all images, neighbouring ranges joined.
  public var numbers: [Range<Int>] {
    nodes.reduce(into: []) { ranges, node in
      if let last = ranges.last, last.upperBound == node.numbers.lowerBound {
        ranges[ranges.count - 1] = last.lowerBound..<node.numbers.upperBound
      } else {
        ranges.append(node.numbers)
      }
    }
  }

  /// The moments of all images.
  public var moments: FeatureMoments? {
    guard let first = nodes.first else { return nil }
    return nodes.dropFirst().reduce(first.moments) { $0 + $1.moments }
  }

  /// Cuts numbers into the parts that are computed as a whole.
  ///
  /// - Parameter numbers: of images.
  /// - Returns: the parts of `numbers` in each block, in order.
  public static func blocks(_ numbers: Range<Int>) -> [Range<Int>] {
    guard !numbers.isEmpty else { return [] }
    let first = numbers.lowerBound / blockSize
    let last = (numbers.upperBound - 1) / blockSize
    return (first...last).map {
      max($0 * blockSize, numbers.lowerBound)..<min(($0 + 1) * blockSize, numbers.upperBound)
    }
  }

  /// Whether the images of `numbers` are all in.
  public func contains(_ numbers: Range<Int>) -> Bool {
    self.numbers.contains {
      $0.lowerBound <= numbers.lowerBound && numbers.upperBound <= $0.upperBound
    }
  }
}

extension FeatureStatistics {
  /// Adds the images of a block, or of a part of it.
  ///
  /// - Parameters:
  ///   - numbers: of the images, in one block.
  ///   - moments: of their features.
  /// - Throws: ``MetricsError`` if some of them are in already.
  public mutating func add(_ numbers: Range<Int>, _ moments: FeatureMoments) throws(MetricsError) {
    precondition(
      Self.blocks(numbers) == [numbers] && moments.count == numbers.count
        && moments.width == source.features, "\(moments.count) images for \(numbers)")
    try insert(Node(numbers: numbers, moments: moments))
  }

  /// Adds the images of a block, or of a part of it, by their features.
  ///
  /// - Parameters:
  ///   - numbers: of the images, in one block.
  ///   - features: `[numbers.count, source.features]`.
  /// - Throws: ``MetricsError`` if some of them are in already.
  public mutating func add(_ numbers: Range<Int>, features: [Float]) throws(MetricsError) {
    let isMeanOnly = source.isMeanOnly ?? false
    try add(
      numbers, FeatureMoments(of: features, width: source.features, isMeanOnly: isMeanOnly))
    sample.add(numbers, features)
  }

  /// Takes out what is but a part of a block, so that the block can be added as a whole.
  ///
  /// - Parameter block: numbers in one block; images of other numbers stay.
  public mutating func removeParts(of block: Range<Int>) {
    let parts = nodes.filter(\.isPartial).map(\.numbers).filter {
      $0 != block && $0.clamped(to: block) == $0
    }
    nodes.removeAll { parts.contains($0.numbers) }
    for part in parts { sample.remove(part) }
  }

  /// Adds all images of other statistics.
  ///
  /// - Parameter other: of the same feature network and the same kind of images.
  /// - Throws: ``MetricsError`` if something differs, or images are in both.
  public mutating func merge(_ other: FeatureStatistics) throws(MetricsError) {
    let (ours, theirs) = (source, other.source)
    let differences: [(String, Bool)] = [
      ("the feature network", ours.network != theirs.network || ours.features != theirs.features),
      ("the device's algorithms", ours.algorithms != theirs.algorithms),
      ("the images' source", ours.images != theirs.images),
    ]
    if let (what, _) = differences.first(where: { $0.1 }) {
      throw MetricsError("\(what) differs: such statistics cannot be joined")
    }
    var joined = self
    for node in other.nodes { try joined.insert(node) }
    joined.sample.merge(other.sample)
    self = joined
  }

  /// Puts a node in its place and joins it with its neighbours as far as the tree goes.
  mutating func insert(_ node: Node) throws(MetricsError) {
    if let other = nodes.first(where: { $0.numbers.overlaps(node.numbers) }) {
      let both = other.numbers.clamped(to: node.numbers)
      throw MetricsError(
        "the images \(both.lowerBound) to \(both.upperBound - 1) are in twice")
    }
    var place = nodes.firstIndex { $0.numbers.lowerBound > node.numbers.lowerBound } ?? nodes.count
    nodes.insert(node, at: place)
    while let joined = join(at: place) { place = joined }
  }

  /// Joins the node at `place` with the other half of their parent, if that is there.
  ///
  /// - Returns: the place of the parent.
  private mutating func join(at place: Int) -> Int? {
    let node = nodes[place]
    let size = node.numbers.count
    guard !node.isPartial else { return nil }
    let isSecond = node.numbers.lowerBound / size % 2 == 1
    let first = isSecond ? place - 1 : place
    guard nodes.indices.contains(first), nodes.indices.contains(first + 1) else { return nil }
    let (a, b) = (nodes[first], nodes[first + 1])
    guard a.numbers.count == size, b.numbers.count == size,
      a.numbers.upperBound == b.numbers.lowerBound
    else { return nil }
    nodes.replaceSubrange(
      first...first + 1,
      with: [
        Node(
          numbers: a.numbers.lowerBound..<b.numbers.upperBound, moments: a.moments + b.moments)
      ])
    return first
  }
}
