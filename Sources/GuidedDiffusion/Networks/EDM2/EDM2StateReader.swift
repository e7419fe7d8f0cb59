/// Derives the configuration of a network from its pickled objects.
struct EDM2StateReader {
  /// The `Precond`.
  let network: PickleNode

  /// Its weights.
  let tensors: NamedTensors

  /// A block of the encoder or decoder.
  struct Block {
    let flavor: EDM2Block.Flavor
    let resolution: Int
    /// `block0`, `down`, ...
    let kind: String
    let node: PickleNode
    var name: String { "\(flavor.rawValue).\(resolution)x\(resolution)_\(kind)" }
  }

  /// The configuration; it has been validated.
  func configuration() throws(EDM2ConfigurationError) -> EDM2Configuration {
    guard let unet = network["_modules"]?["unet"] else { throw problem("no unet") }
    let encoder = try blocks(.encoder, of: unet)
    let decoder = try blocks(.decoder, of: unet)
    let resolutions = Array(Set(encoder.map(\.resolution))).sorted(by: >)
    let numbered = encoder.filter { $0.kind.hasPrefix("block") }
    let levels = try resolutions.map { resolution throws(EDM2ConfigurationError) in
      try dimension(0, "unet.enc.\(resolution)x\(resolution)_block0.conv_res1.weight")
    }
    let heads = try AttentionHeads(encoder + decoder)
    var configuration = EDM2Configuration(
      imageResolution: try number("img_resolution", of: network),
      imageChannels: try dimension(0, "unet.out_conv.weight"),
      labelCount: try number("label_dim", of: network),
      sigmaData: try double("sigma_data", of: network),
      levelChannels: levels,
      noiseChannels: try dimension(0, "unet.emb_fourier.freqs"),
      embeddingChannels: try dimension(0, "unet.emb_noise.weight"),
      blocksPerLevel: resolutions.isEmpty ? 0 : numbered.count / resolutions.count,
      attentionResolutions: heads.resolutions, channelsPerHead: heads.channelsPerHead,
      logvarChannels: try dimension(0, "logvar_fourier.freqs"))
    configuration.labelBalance = try double("label_balance", of: unet)
    configuration.concatBalance = try double("concat_balance", of: unet)
    guard let half = network["use_fp16"]?.bool else { throw problem("no use_fp16") }
    configuration.usesHalfPrecision = half
    try readOptions(of: encoder + decoder, into: &configuration)
    try configuration.validate()
    try check(encoder, decoder, against: configuration)
    return configuration
  }

  /// All blocks of one half of the U-Net.
  private func blocks(
    _ flavor: EDM2Block.Flavor, of unet: PickleNode
  ) throws(EDM2ConfigurationError) -> [Block] {
    guard let members = unet["_modules"]?[flavor.rawValue]?["_modules"]?.members else {
      throw problem("the U-Net has no `\(flavor.rawValue)`")
    }
    var blocks: [Block] = []
    for (key, node) in members where node.className == "Block" {
      // 64x64_block0
      guard let parts = key.text?.split(separator: "_"), parts.count == 2,
        let edge = parts[0].split(separator: "x").first.flatMap({ Int($0) }),
        parts[0] == "\(edge)x\(edge)"
      else { throw problem("a block called \(key.text ?? "?")") }
      let block = Block(flavor: flavor, resolution: edge, kind: String(parts[1]), node: node)
      guard node["flavor"]?.text == flavor.rawValue else {
        throw problem("\(block.name) is of flavor \(node["flavor"]?.text ?? "?")")
      }
      blocks.append(block)
    }
    return blocks
  }

  func problem(_ reason: String) -> EDM2ConfigurationError {
    EDM2ConfigurationError(reason: reason)
  }

  func number(_ name: String, of node: PickleNode) throws(EDM2ConfigurationError) -> Int {
    guard let number = node[name]?.int else { throw problem("no \(name)") }
    return number
  }

  func double(_ name: String, of node: PickleNode) throws(EDM2ConfigurationError) -> Double {
    guard let number = node[name]?.double, number.isFinite else { throw problem("no \(name)") }
    return number
  }

  /// The length of one axis of a tensor.
  private func dimension(_ axis: Int, _ name: String) throws(EDM2ConfigurationError) -> Int {
    guard let shape = tensors[name]?.shape, shape.indices.contains(axis) else {
      throw problem("the weights \(name) are missing")
    }
    return shape[axis]
  }
}
