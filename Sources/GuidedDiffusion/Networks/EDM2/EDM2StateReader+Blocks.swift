extension EDM2StateReader {
  /// Reads the options that blocks have; a network has the same in all of them.
  func readOptions(
    of blocks: [Block], into configuration: inout EDM2Configuration
  ) throws(EDM2ConfigurationError) {
    var shared: Options?
    for block in blocks {
      let options = try options(of: block)
      if let shared, shared != options {
        throw problem("\(block.name) has other options than the blocks before it")
      }
      shared = options
    }
    guard let shared else { throw problem("it has no blocks") }
    configuration.residualBalance = shared.residualBalance
    configuration.attentionBalance = shared.attentionBalance
    configuration.activationClip = shared.activationClip
    configuration.dropout = shared.dropout
    configuration.resampleFilter = shared.resampleFilter
  }

  private struct Options: Equatable {
    var residualBalance: Double
    var attentionBalance: Double
    var activationClip: Double?
    var dropout: Double
    var resampleFilter: [Double]
  }

  private func options(of block: Block) throws(EDM2ConfigurationError) -> Options {
    let node = block.node
    guard let clip = node["clip_act"] else { throw problem("\(block.name) has no clip_act") }
    let taps = Array(node["resample_filter"]?.elements ?? .init(store: node.store, items: []))
    let filter = taps.compactMap(\.double)
    guard filter.count == taps.count, !filter.isEmpty else {
      throw problem("\(block.name) has no resample_filter")
    }
    return Options(
      residualBalance: try double("res_balance", of: node),
      attentionBalance: try double("attn_balance", of: node),
      activationClip: clip.isNone ? nil : try double("clip_act", of: node),
      dropout: try double("dropout", of: node), resampleFilter: filter)
  }

  /// Checks that the blocks are those of the configuration, in its order.
  func check(
    _ encoder: [Block], _ decoder: [Block], against configuration: EDM2Configuration
  ) throws(EDM2ConfigurationError) {
    let last = configuration.levelChannels.count - 1
    var expected: [(name: String, resampling: String, channels: Int, attends: Bool)] = []
    func add(_ half: String, _ level: Int, _ kind: String, _ mode: String = "keep") {
      let edge = configuration.imageResolution >> level
      let neighbour = mode == "down" ? level - 1 : mode == "up" ? level + 1 : level
      let attends =
        kind == "in0"
        || kind.hasPrefix("block") && configuration.attentionResolutions.contains(edge)
      expected.append(
        ("\(half).\(edge)x\(edge)_\(kind)", mode, configuration.levelChannels[neighbour], attends))
    }
    for level in 0...last {
      if level > 0 { add("enc", level, "down", "down") }
      for index in 0..<configuration.blocksPerLevel { add("enc", level, "block\(index)") }
    }
    for level in (0...last).reversed() {
      if level == last {
        add("dec", level, "in0")
        add("dec", level, "in1")
      } else {
        add("dec", level, "up", "up")
      }
      for index in 0...configuration.blocksPerLevel { add("dec", level, "block\(index)") }
    }
    let found = encoder + decoder
    guard found.map(\.name) == expected.map(\.name) else {
      let odd = zip(found.map(\.name), expected.map(\.name)).first { $0 != $1 }
      throw problem(
        odd.map { "a block \($0) instead of \($1)" }
          ?? "\(found.count) blocks instead of \(expected.count)")
    }
    for (block, expected) in zip(found, expected) {
      guard block.node["resample_mode"]?.text == expected.resampling else {
        throw problem("\(block.name) resamples by \(block.node["resample_mode"]?.text ?? "?")")
      }
      let heads = expected.attends ? expected.channels / configuration.channelsPerHead : 0
      guard block.node["num_heads"]?.int == heads else {
        throw problem("\(block.name) has another number of attention heads than \(heads)")
      }
    }
  }
}

/// Where a network attends, and how wide its heads are.
struct AttentionHeads {
  let resolutions: [Int]
  let channelsPerHead: Int

  /// From the numbers of heads: C / channelsPerHead, rounded down, in a block of C channels.
  init(_ blocks: [EDM2StateReader.Block]) throws(EDM2ConfigurationError) {
    var resolutions: Set<Int> = []
    // The published default, for networks that do not attend.
    var (least, most) = (1, Int.max)
    for block in blocks {
      guard let heads = block.node["num_heads"]?.int, heads >= 0,
        let channels = block.node["out_channels"]?.int, 1...65536 ~= channels, heads <= channels
      else {
        throw EDM2ConfigurationError(reason: "\(block.name) has no num_heads and out_channels")
      }
      if heads > 0 {
        if block.kind.hasPrefix("block") { resolutions.insert(block.resolution) }
        most = min(most, channels / heads)
      }
      // `in0` always attends, unless it is narrower than one head.
      if heads > 0 || block.kind == "in0" { least = max(least, channels / (heads + 1) + 1) }
    }
    guard least <= most else {
      throw EDM2ConfigurationError(reason: "no width of attention heads fits all blocks")
    }
    self.resolutions = resolutions.sorted(by: >)
    channelsPerHead = most == .max ? max(64, least) : most
  }
}
