/// Features of a random choice of numbered images, in bounded memory.
///
/// Of all images seen, those are kept whose numbers have the `capacity` least hashes: a choice without
/// repetition that depends on the numbers alone. The sample of two sets of images is made from their
/// samples, so that shards, their order and resumed runs change nothing.
public struct FeatureSample: Hashable, Sendable {
  /// Most images kept.
  public private(set) var capacity: Int

  /// The images in the order of their numbers.
  public private(set) var rows: [Row] = []

  /// The features of one image.
  public struct Row: Hashable, Sendable {
    /// The image's number.
    public let number: Int

    /// Its features.
    public let features: [Float]
  }

  /// A sample of nothing yet.
  public init(capacity: Int) {
    precondition(capacity >= 0, "a sample of \(capacity) images")
    self.capacity = capacity
  }

  /// Number of images.
  public var count: Int { rows.count }

  /// Mixes a number's bits (the output function of SplitMix64); different numbers differ.
  static func hash(_ number: Int) -> UInt64 {
    var mixed = UInt64(bitPattern: Int64(number)) &+ 0x9e37_79b9_7f4a_7c15
    mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
    return mixed ^ (mixed >> 31)
  }

  /// Adds images of numbers that are not there yet.
  mutating func add(_ others: [Row]) {
    if capacity == 0 || others.isEmpty { return }
    var all = rows + others
    if all.count > capacity {
      let last = all.map { Self.hash($0.number) }.sorted()[capacity - 1]
      all.removeAll { Self.hash($0.number) > last }
    }
    rows = all.sorted { $0.number < $1.number }
  }

  /// Adds neighbouring images.
  ///
  /// - Parameters:
  ///   - numbers: of the images.
  ///   - features: `[numbers.count, width]`.
  mutating func add(_ numbers: Range<Int>, _ features: [Float]) {
    if capacity == 0 || numbers.isEmpty { return }
    let width = features.count / numbers.count
    add(
      numbers.enumerated().map { index, number in
        Row(number: number, features: Array(features[index * width..<(index + 1) * width]))
      })
  }

  /// Adds the images of another sample; the smaller capacity holds.
  mutating func merge(_ other: FeatureSample) {
    capacity = min(capacity, other.capacity)
    let both = rows + other.rows
    rows = []
    add(both)
  }

  /// Takes out images of these numbers.
  mutating func remove(_ numbers: Range<Int>) { rows.removeAll { numbers ~= $0.number } }

  /// The sample that a smaller capacity would have kept.
  public func reduced(to capacity: Int) -> FeatureSample {
    if capacity >= count { return self }
    var reduced = FeatureSample(capacity: capacity)
    reduced.add(rows)
    return reduced
  }

  /// All features, `[count, width]`.
  var features: [Float] { rows.flatMap(\.features) }
}
