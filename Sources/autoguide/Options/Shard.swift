import GuidedDiffusion

/// One of several parts of a run, in whole blocks of seeds.
struct Shard {
  let index: Int
  let count: Int

  /// Part `index` of `count`.
  init(_ index: Int, of count: Int) { (self.index, self.count) = (index, count) }

  /// Reads `i/n`.
  ///
  /// - Throws: ``SettingsError`` if it is none.
  init(parsing text: String) throws(SettingsError) {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false).map { Int($0) }
    guard parts.count == 2, let index = parts[0], let count = parts[1], count >= 1,
      0..<count ~= index
    else { throw SettingsError("shard '\(text)': give i/n with 0 <= i < n, such as 0/4") }
    (self.index, self.count) = (index, count)
  }

  /// This part's seeds: neighbouring blocks, as many as those of the other parts, or one more.
  func part(of seeds: [Range<Int>]) -> [Range<Int>] {
    let blocks = seeds.flatMap(FeatureStatistics.blocks)
    return Array(blocks[blocks.count * index / count..<blocks.count * (index + 1) / count])
  }
}
