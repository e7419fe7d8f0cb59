import Testing

@testable import GuidedDiffusion

@Suite("Statistics of several kinds of features") struct ImageStatisticsTests {
  private static let widths: [FeatureKind: Int] = [.inception: 5, .dinov2: 3, .classes: 4]

  private static let sources = widths.mapValues {
    FeatureStatistics.Source(
      network: "n\($0)", features: $0, algorithms: "a", images: "i", isMeanOnly: $0 == 4)
  }

  private static func statistics(
    _ numbers: Range<Int>, kinds: [FeatureKind] = FeatureKind.allCases, keeping: Int = 30
  ) throws -> ImageStatistics {
    var statistics = ImageStatistics(
      sources.filter { kinds.contains($0.key) }, keeping: keeping)
    for block in FeatureStatistics.blocks(numbers) {
      var features: [FeatureKind: [Float]] = [:]
      for kind in kinds {
        features[kind] = block.flatMap { number in
          var generator = SeededGenerator(seed: UInt64(number))
          return (0..<(widths[kind] ?? 0)).map { _ in Float.random(in: 0...2, using: &generator) }
        }
      }
      try statistics.add(block, features)
    }
    return statistics
  }

  @Test("shards give the whole")
  func shards() throws {
    let whole = try Self.statistics(0..<1300)
    var joined = try Self.statistics(750..<1300)
    try joined.merge(Self.statistics(0..<750))
    #expect(joined == whole && whole.count == 1300 && whole.numbers == [0..<1300])
    #expect(whole.parts[.inception]?.sample.count == 30)
    #expect(whole.parts[.classes]?.sample.count == 0)
    #expect(whole.parts[.classes]?.moments?.products.isEmpty == true)
    #expect(whole.emptied == ImageStatistics(Self.sources, keeping: 30))
    #expect(whole.emptied != ImageStatistics(Self.sources, keeping: 29))
    #expect(throws: MetricsError.self) {
      try joined.merge(Self.statistics(2000..<2250, kinds: [.inception]))
    }
  }

  @Test("a part of a block gives way to the whole")
  func parts() throws {
    var statistics = try Self.statistics(0..<300)
    statistics.removeParts(of: 250..<500)
    #expect(statistics.count == 250)
    try statistics.merge(Self.statistics(250..<500))
    #expect(try statistics == Self.statistics(0..<500))
  }

  @Test(
    "a file gives the same bits back", arguments: [[.inception], [.dinov2], FeatureKind.allCases])
  func file(kinds: [FeatureKind]) throws {
    for (numbers, keeping) in [(0..<620, 50), (250..<500, 0), (0..<0, 9), (0..<20, 40)] {
      let statistics = try Self.statistics(numbers, kinds: kinds, keeping: keeping)
      try Fixture.withTemporaryFolder { folder in
        try statistics.write(to: "\(folder)/a.safetensors")
        #expect(try ImageStatistics("\(folder)/a.safetensors") == statistics)
      }
    }
  }

  @Test("a file of one kind has the form of earlier versions")
  func earlierForm() throws {
    let statistics = try Self.statistics(0..<500, kinds: [.inception], keeping: 0)
    try Fixture.withTemporaryFolder { folder in
      let path = "\(folder)/a.safetensors"
      try statistics.write(to: path)
      let file = try SafetensorsFile(path)
      #expect(file.tensors.names == ["sum.0-500", "products.0-500"])
      #expect(
        file.metadata.map(\.name) == [
          "autoguide.elements_sha256", "autoguide.kind", "autoguide.source", "autoguide.images",
        ])
      #expect(
        file.text("autoguide.source")
          == #"{"algorithms":"a","features":5,"images":"i","network":"n5"}"#)
      #expect(try FeatureStatistics(path) == statistics.parts[.inception])
    }
  }

  @Test("official references hold both distances")
  func references() throws {
    let all = try FeatureDistribution.read(Fixture.path("statistics.pkl"))
    #expect(all[.inception]?.gaussian?.width == 5 && all[.dinov2]?.gaussian?.width == 3)
    let statistics = try FeatureDistribution.all(Self.statistics(0..<40))
    for (metric, kind) in [(Metric.fid, FeatureKind.inception), (.fdDINOv2, .dinov2)] {
      let sample = try #require(statistics[kind])
      let values = try metric.values(of: sample, from: all[kind])
      #expect(values.map(\.name) == [metric.rawValue] && values[0].value > 0)
    }
  }

  @Test("metrics say what they lack")
  func complaints() throws {
    func distribution(
      _ kind: FeatureKind, keeping: Int = 20
    ) throws -> FeatureDistribution {
      try FeatureDistribution(#require(Self.statistics(0..<40, keeping: keeping).parts[kind]))
    }
    let (inception, dinov2) = (try distribution(.inception), try distribution(.dinov2))
    func complaint(
      _ metric: Metric, _ sample: FeatureDistribution, _ reference: FeatureDistribution?
    ) -> String? {
      let error = #expect(throws: MetricsError.self) {
        try metric.values(of: sample, from: reference)
      }
      return error?.description
    }
    #expect(complaint(.fid, inception, nil) == "fid needs a reference")
    #expect(complaint(.fid, inception, dinov2)?.contains("different networks (n5, n3)") == true)
    #expect(
      complaint(.kid, inception, try distribution(.inception, keeping: 0))?.contains(
        "--keep-features") == true)
    #expect(complaint(.inceptionScore, inception, nil) == "there are no class probabilities")
    let names = try Metric.precisionRecallDINOv2.values(of: dinov2, from: dinov2)
    #expect(names.map(\.name) == ["precision_dinov2", "recall_dinov2"])
    #expect(names.map(\.value) == [1, 1])
    let score = try Metric.inceptionScore.values(of: distribution(.classes), from: nil)
    #expect(score.count == 1 && score[0].value > 0)
  }

  @Test("damaged files are refused")
  func damaged() throws {
    let statistics = try Self.statistics(0..<250, kinds: [.dinov2])
    try Fixture.withTemporaryFolder { folder in
      let path = "\(folder)/a.safetensors"
      let part = try #require(statistics.parts[.dinov2])
      for (change, hint) in [
        ("fd_dinov2.kept.numbers", "kept"), ("fd_dinov2.sum.0-250", "damaged"),
      ] {
        let entries = part.entries(.dinov2).map { entry in
          entry.name == change
            ? .init(name: entry.name, type: .u8, shape: [entry.byteCount]) : entry
        }
        let file = try SafetensorsWriter(
          path, entries: entries,
          metadata: [.init("autoguide.kind", FeatureStatistics.kind)] + part.metadata(.dinov2))
        try part.append(to: file)
        try file.commit()
        let error = #expect(throws: CheckpointError.self) { try ImageStatistics(path) }
        #expect(error?.reason.contains(hint) == true)
      }
    }
  }
}
