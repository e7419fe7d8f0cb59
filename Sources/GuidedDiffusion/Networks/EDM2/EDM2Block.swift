/// Encoder or decoder block of EDM2 (Figure 21, config G).
struct EDM2Block {
  /// Which of the two blocks of Figure 21.
  enum Flavor: String {
    case encoder = "enc"
    case decoder = "dec"
  }

  let flavor: Flavor

  /// Name of its output, for example `enc.64x64_block0`; parameters have `unet.` before it.
  let name: String

  /// Channels of its output.
  let channels: Int

  /// Change of resolution at its start.
  let resampling: Resampling.Direction?

  /// Whether it attends.
  let attends: Bool

  let configuration: EDM2Configuration

  /// In training, what it drops, and the images' keys.
  var dropout: (Dropout, keys: Graph.Value)?

  /// Adds the block to a graph and names its output.
  ///
  /// - Parameters:
  ///   - x: `[N, H, W, Cin]`.
  ///   - embedding: of noise level and class, `[N, E]`.
  ///   - graph: the network.
  /// - Returns: `[N, H', W', channels]`.
  func callAsFunction(
    _ x: Graph.Value, _ embedding: Graph.Value, in graph: inout Graph
  ) -> Graph.Value {
    var x = x
    if let resampling {
      x = graph.resample(x, resampling, filter: configuration.resampleFilter)
    }
    if flavor == .encoder {
      x = skip(x, in: &graph)
      x = graph.normalize(x, .channels(groups: 1))
    }
    let y = residual(x, embedding, in: &graph)
    if flavor == .decoder {
      x = skip(x, in: &graph)
    }
    x = graph.mpSum(x, y, balance: configuration.residualBalance)
    if let heads {
      let y = attention(x, heads: heads, in: &graph)
      x = graph.mpSum(x, y, balance: configuration.attentionBalance)
    }
    if let limit = configuration.activationClip {
      x = graph.unary(.clamp(-limit...limit), x)
    }
    graph.name(x, name)
    return x
  }

  /// The main path: a 1 x 1 convolution where the number of channels changes.
  private func skip(_ x: Graph.Value, in graph: inout Graph) -> Graph.Value {
    if graph.shape(x).channels == channels { return x }
    return graph.mpConv(x, layer("conv_skip"), channels: channels, kernel: 1)
  }

  /// The residual branch: two convolutions, between them the embedding as a factor per channel.
  private func residual(
    _ x: Graph.Value, _ embedding: Graph.Value, in graph: inout Graph
  ) -> Graph.Value {
    var y = graph.mpSilu(x)
    y = graph.mpConv(y, layer("conv_res0"), channels: channels, kernel: 3)
    let gain = graph.parameter(layer("emb_gain"))
    var c = graph.mpLinear(embedding, layer("emb_linear"), channels: channels, gain: gain)
    c = graph.unary(.affine(scale: 1, shift: 1), c)
    y = graph.mpSilu(graph.binary(.multiply, y, c))
    if let (dropout, keys) = dropout { y = graph.dropout(y, keys: keys, dropout) }
    return graph.mpConv(y, layer("conv_res1"), channels: channels, kernel: 3)
  }

  /// The attention branch: cosine attention over all pixels.
  private func attention(_ x: Graph.Value, heads: Int, in graph: inout Graph) -> Graph.Value {
    // The file interleaves q, k and v: its row 3 i + {0, 1, 2} makes channel i of q, k, v.
    let rows = (0..<3).flatMap { part in (0..<channels).map { 3 * $0 + part } }
    let qkv = graph.mpConv(
      x, layer("attn_qkv"), channels: 3 * channels, kernel: 1, rows: rows)
    let parts = (0..<3).map { part in
      let channels = part * channels..<(part + 1) * channels
      return graph.normalize(graph.slice(qkv, channels), .channels(groups: heads))
    }
    let y = graph.attention(
      parts[0], parts[1], parts[2], heads: heads,
      scale: 1 / Double(channels / heads).squareRoot())
    return graph.mpConv(y, layer("attn_proj"), channels: channels, kernel: 1)
  }

  /// Number of attention heads; nil where the block does not attend or is too narrow to.
  private var heads: Int? {
    let heads = channels / configuration.channelsPerHead
    return attends && heads > 0 ? heads : nil
  }

  /// Name of one of its layers in the official state dictionary.
  private func layer(_ layer: String) -> String { "unet.\(name).\(layer)" }
}
