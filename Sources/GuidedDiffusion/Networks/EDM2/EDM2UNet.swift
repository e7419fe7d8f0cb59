/// The U-Net of EDM2 (Figure 21, config G): F(c_in x; c_noise, class).
struct EDM2UNet {
  let configuration: EDM2Configuration

  /// In training with dropout, the images' keys `[N, 4]`.
  var dropoutKeys: Graph.Value?

  /// Adds the network to a graph and names the output of every block: `enc.64x64_conv`,
  /// `enc.64x64_block0`, ..., `dec.8x8_in0`, ...
  ///
  /// - Parameters:
  ///   - x: c_in x, `[N, H, W, C]`.
  ///   - noise: c_noise, `[N, 1]`.
  ///   - labels: one-hot, `[N, labelCount]`; nil for an unconditional network.
  ///   - graph: the network.
  /// - Returns: `[N, H, W, C]`.
  func callAsFunction(
    _ x: Graph.Value, noise: Graph.Value, labels: Graph.Value?, in graph: inout Graph
  ) -> Graph.Value {
    let embedding = embedding(noise, labels, in: &graph)
    var skips: [Graph.Value] = []
    var x = encoder(x, embedding, skips: &skips, in: &graph)
    x = decoder(x, embedding, skips: &skips, in: &graph)
    return graph.mpConv(
      x, "unet.out_conv", channels: configuration.imageChannels, kernel: 3,
      gain: graph.parameter("unet.out_gain"))
  }

  /// Embedding of noise level and class, `[N, E]`.
  private func embedding(
    _ noise: Graph.Value, _ labels: Graph.Value?, in graph: inout Graph
  ) -> Graph.Value {
    let width = configuration.embeddingChannels
    let features = graph.mpFourier(
      noise, "unet.emb_fourier", channels: configuration.noiseChannels)
    var embedding = graph.mpLinear(features, "unet.emb_noise", channels: width)
    if let labels {
      // A one-hot vector of n elements has magnitude 1/sqrt(n).
      let unit = graph.scale(labels, by: Double(configuration.labelCount).squareRoot())
      let label = graph.mpLinear(unit, "unet.emb_label", channels: width)
      embedding = graph.mpSum(embedding, label, balance: configuration.labelBalance)
    }
    return graph.mpSilu(embedding)
  }

  /// The left half, from fine to coarse; every output is a skip connection.
  private func encoder(
    _ image: Graph.Value, _ embedding: Graph.Value, skips: inout [Graph.Value],
    in graph: inout Graph
  ) -> Graph.Value {
    var x = image
    for (level, channels) in configuration.levelChannels.enumerated() {
      if level == 0 {
        x = first(x, channels: channels, in: &graph)
      } else {
        let width = graph.shape(x).channels
        let down = block(.encoder, level, "down", channels: width, resampling: .down)
        x = down(x, embedding, in: &graph)
      }
      skips.append(x)
      for index in 0..<configuration.blocksPerLevel {
        let block = block(
          .encoder, level, "block\(index)", channels: channels, attends: attends(level))
        x = block(x, embedding, in: &graph)
        skips.append(x)
      }
    }
    return x
  }

  /// The first convolution, with a constant 1 as last input channel in place of a bias.
  private func first(
    _ image: Graph.Value, channels: Int, in graph: inout Graph
  ) -> Graph.Value {
    let size = graph.shape(image)
    let one = graph.fill(1, .batched(size.height, size.width, 1))
    let name = name(.encoder, 0, "conv")
    let x = graph.mpConv(
      graph.concatenate([image, one]), "unet." + name, channels: channels, kernel: 3)
    graph.name(x, name)
    return x
  }

  /// The right half, from coarse to fine; every `block` takes one skip connection.
  private func decoder(
    _ bottom: Graph.Value, _ embedding: Graph.Value, skips: inout [Graph.Value],
    in graph: inout Graph
  ) -> Graph.Value {
    var x = bottom
    for (level, channels) in configuration.levelChannels.enumerated().reversed() {
      let width = graph.shape(x).channels
      if level == configuration.levelChannels.count - 1 {
        let in0 = block(.decoder, level, "in0", channels: width, attends: true)
        let in1 = block(.decoder, level, "in1", channels: width)
        x = in1(in0(x, embedding, in: &graph), embedding, in: &graph)
      } else {
        let up = block(.decoder, level, "up", channels: width, resampling: .up)
        x = up(x, embedding, in: &graph)
      }
      for index in 0...configuration.blocksPerLevel {
        x = graph.mpCat(x, skips.removeLast(), balance: configuration.concatBalance)
        let block = block(
          .decoder, level, "block\(index)", channels: channels, attends: attends(level))
        x = block(x, embedding, in: &graph)
      }
    }
    return x
  }

  /// A block of a level.
  private func block(
    _ flavor: EDM2Block.Flavor, _ level: Int, _ kind: String, channels: Int,
    resampling: Resampling.Direction? = nil, attends: Bool = false
  ) -> EDM2Block {
    var block = EDM2Block(
      flavor: flavor, name: name(flavor, level, kind), channels: channels,
      resampling: resampling, attends: attends, configuration: configuration)
    if let dropoutKeys {
      let dropout = Dropout(
        probability: configuration.dropout, stream: stream(flavor, level, kind))
      block.dropout = (dropout, dropoutKeys)
    }
    return block
  }

  /// The number of a block, which stays if levels get more or fewer of them.
  private func stream(_ flavor: EDM2Block.Flavor, _ level: Int, _ kind: String) -> Int {
    let first = ["down": 0, "up": 0, "in0": 0, "in1": 1]
    let place = first[kind] ?? 2 + (Int(kind.dropFirst("block".count)) ?? 0)
    return (flavor == .encoder ? 0 : 1 << 20) + level << 10 + place
  }

  /// For example `enc.64x64_block0`.
  private func name(_ flavor: EDM2Block.Flavor, _ level: Int, _ kind: String) -> String {
    let edge = resolution(level)
    return "\(flavor.rawValue).\(edge)x\(edge)_\(kind)"
  }

  /// Width and height of the images of a level in pixels.
  private func resolution(_ level: Int) -> Int { configuration.imageResolution >> level }

  /// Whether the blocks of a level attend.
  private func attends(_ level: Int) -> Bool {
    configuration.attentionResolutions.contains(resolution(level))
  }
}
