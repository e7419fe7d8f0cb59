import Testing

@testable import GuidedDiffusion

@Suite("Feature statistics") struct FeatureStatisticsTests {
  private static let width = 5
  private static let source = FeatureStatistics.Source(
    network: "n", features: width, algorithms: "a", images: "i")

  /// Features of an image by its number.
  private static func features(_ numbers: Range<Int>) -> [Float] {
    numbers.flatMap { number in
      var generator = SeededGenerator(seed: UInt64(number))
      return (0..<width).map { _ in Float.random(in: -1...2, using: &generator) }
    }
  }

  private static func add(_ numbers: Range<Int>, to statistics: inout FeatureStatistics) throws {
    for block in FeatureStatistics.blocks(numbers) {
      try statistics.add(block, FeatureMoments(of: features(block), width: width))
    }
  }

  private static func statistics(_ ranges: Range<Int>...) throws -> FeatureStatistics {
    var statistics = FeatureStatistics(source)
    for range in ranges { try add(range, to: &statistics) }
    return statistics
  }

  @Test("mean and covariance are those of the formulas")
  func formulas() throws {
    let moments = try #require(try Self.statistics(0..<1130).moments)
    let gaussian = FeatureGaussian(moments)
    let x = Self.features(0..<1130).map { Double($0) }
    for a in 0..<Self.width {
      let first = (0..<1130).map { x[$0 * Self.width + a] }
      let mean = first.reduce(0, +) / 1130
      #expect(abs(gaussian.mean[a] - mean) < 1e-12)
      for b in 0..<Self.width {
        let second = (0..<1130).map { x[$0 * Self.width + b] }
        let other = second.reduce(0, +) / 1130
        let covariance = zip(first, second).reduce(0) { $0 + ($1.0 - mean) * ($1.1 - other) } / 1129
        #expect(abs(gaussian.covariance[a * Self.width + b] - covariance) < 1e-12)
      }
    }
  }

  @Test("bits do not depend on shards and their order", arguments: [1, 2, 3, 5, 7])
  func shards(count: Int) throws {
    let whole = try Self.statistics(250..<4180)
    #expect(whole.count == 3930 && whole.numbers == [250..<4180])
    let blocks = FeatureStatistics.blocks(250..<4180)
    var parts = try (0..<count).map { shard in
      var part = FeatureStatistics(Self.source)
      for index in stride(from: shard, to: blocks.count, by: count) {
        try Self.add(blocks[index], to: &part)
      }
      return part
    }
    var generator = SeededGenerator(seed: UInt64(count))
    parts.shuffle(using: &generator)
    var joined = FeatureStatistics(Self.source)
    for part in parts { try joined.merge(part) }
    #expect(joined == whole)
    #expect(joined.moments == whole.moments)
  }

  @Test("neighbouring blocks are one node, others are not")
  func nodes() throws {
    let statistics = try Self.statistics(250..<1000, 1500..<2000, 2250..<2300)
    #expect(
      statistics.nodes.map(\.numbers) == [250..<500, 500..<1000, 1500..<2000, 2250..<2300])
    #expect(statistics.numbers == [250..<1000, 1500..<2000, 2250..<2300])
    #expect(statistics.contains(300..<900) && !statistics.contains(900..<1600))
  }

  @Test("a part of a block makes room for the whole")
  func parts() throws {
    var statistics = try Self.statistics(0..<300, 500..<620)
    statistics.removeParts(of: 250..<500)
    #expect(statistics.numbers == [0..<250, 500..<620])
    statistics.removeParts(of: 510..<620)
    statistics.removeParts(of: 0..<250)
    #expect(statistics.numbers == [0..<250, 500..<620])
    try Self.add(250..<500, to: &statistics)
    #expect(statistics == (try Self.statistics(0..<620)))
  }

  @Test("images are counted once")
  func twice() throws {
    var statistics = try Self.statistics(0..<1000)
    let before = statistics
    let error = #expect(throws: MetricsError.self) {
      try statistics.merge(Self.statistics(750..<1250))
    }
    #expect(error?.description == "the images 750 to 999 are in twice")
    #expect(statistics == before)
  }

  @Test("statistics of other features are not joined")
  func otherSource() throws {
    var statistics = try Self.statistics(0..<250)
    var source = Self.source
    source.network = "other"
    #expect(throws: MetricsError.self) { try statistics.merge(FeatureStatistics(source)) }
  }

  @Test("a file gives the same bits back")
  func file() throws {
    let statistics = try Self.statistics(250..<1500, 2000..<2100)
    try Fixture.withTemporaryFolder { folder in
      try statistics.write(to: "\(folder)/a.safetensors")
      #expect(try FeatureStatistics("\(folder)/a.safetensors") == statistics)
      let (gaussian, network) = try FeatureGaussian.read("\(folder)/a.safetensors")
      #expect(gaussian.count == 1350 && network == "n")
    }
  }

  @Test("official references and NumPy archives", arguments: ["statistics.pkl", "statistics.npz"])
  func references(name: String) throws {
    let (gaussian, network) = try FeatureGaussian.read(Fixture.path(name))
    #expect(gaussian.width == 5 && network == nil)
    #expect(gaussian.count == (name.hasSuffix("npz") ? 20 : nil))
    #expect(abs(gaussian.covariance[1] - gaussian.covariance[5]) < 1e-15)
    let (other, _) = try FeatureGaussian.read(Fixture.path("statistics.pkl"))
    #expect(gaussian.mean == other.mean && gaussian.covariance == other.covariance)
  }

  @Test("files without statistics are refused")
  func otherFiles() {
    for name in ["formats-zip.pt", "tiny-cond.pkl", "frechet.safetensors"] {
      #expect(throws: CheckpointError.self) { try FeatureGaussian.read(Fixture.path(name)) }
    }
  }
}
