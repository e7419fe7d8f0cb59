import GuidedDiffusion

/// The order in which a training draws a dataset's images, without end: every epoch is a shuffle of
/// its own.
///
/// The order is the official training's for the same seed: NumPy's `RandomState` shuffles, seeded
/// with Python's hash of seed and epoch. The whole state is the number of images drawn, so that a
/// training goes on exactly where it was.
public struct EndlessSampler: Sendable {
  /// Images in the dataset.
  public let count: Int

  /// Of the shuffles.
  public let seed: Int

  /// Images drawn so far.
  public private(set) var drawn: Int

  private var order: [UInt32] = []
  private var epoch: Int?

  /// Goes on after `drawn` images.
  ///
  /// - Precondition: 0 < count < 2^32, seed >= 0, drawn >= 0.
  public init(count: Int, seed: Int, drawn: Int = 0) {
    precondition(
      count > 0 && count < 1 << 32 && seed >= 0 && drawn >= 0, "\(count), \(seed), \(drawn)")
    self.count = count
    self.seed = seed
    self.drawn = drawn
  }

  /// The place of the next image in the dataset.
  public mutating func next() -> Int {
    if epoch != drawn / count {
      let now = drawn / count
      epoch = now
      order = (0..<UInt32(count)).map(\.self)
      var state = RandomState(seed: UInt32(Self.pythonHash(seed, now) & 0x7fff_ffff))
      state.shuffle(&order)
    }
    let index = order[drawn % count]
    drawn += 1
    return Int(index)
  }

  /// The places of the next images.
  public mutating func next(_ images: Int) -> [Int] { (0..<images).map { _ in next() } }

  /// Python's hash of a tuple of two numbers that are not negative: that of xxHash64, simplified.
  static func pythonHash(_ first: Int, _ second: Int) -> UInt64 {
    let primes: (UInt64, UInt64, UInt64) = (
      11_400_714_785_074_694_791, 14_029_467_366_897_019_727, 2_870_177_450_012_600_261
    )
    var hash = primes.2
    for item in [first, second] {
      hash = hash &+ UInt64(item) % (1 << 61 - 1) &* primes.1
      hash = (hash << 31 | hash >> 33) &* primes.0
    }
    hash = hash &+ (2 ^ primes.2 ^ 3_527_539)
    return hash == .max ? 1_546_275_796 : hash
  }
}
