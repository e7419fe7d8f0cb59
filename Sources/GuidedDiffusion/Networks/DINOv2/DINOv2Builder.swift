/// Describes ``DINOv2`` as a graph.
///
/// Gains and biases of norms, the scale of each layer and the range of pixels are in the weights (see
/// ``DINOv2Parameters``), so that a block is norms, four linear layers, attention and GELU.
struct DINOv2Builder {
  let layout: DINOv2Layout
  var graph = Graph()

  typealias Value = Graph.Value

  /// The whole network, from pixels to features.
  mutating func build(_ images: Value) {
    var x = graph.resize(images, height: DINOv2.edge, width: DINOv2.edge, filter: .bicubic)
    graph.name(x, "resized")
    if graph.shape(x).channels == 1 { x = graph.concatenate([x, x, x]) }

    let patch = layout.patch
    x = graph.convolution(
      x, graph.parameter("patch_embed.proj.weight", layout.width, 3, patch, patch), stride: patch,
      padding: .all(0))
    x = graph.binary(.add, x, graph.parameter("patch_embed.proj.bias", layout.width))
    x = graph.tokens(x, graph.parameter("tokens", 1 + layout.patches, layout.width))
    for index in 0..<layout.depth {
      x = block(x, "blocks.\(index)", isLast: index == layout.depth - 1)
    }

    let norm = graph.standardize(x, epsilon: DINOv2Layout.epsilon)
    let scaled = graph.binary(.multiply, norm, graph.parameter("norm.weight", layout.width))
    graph.name(
      graph.binary(.add, scaled, graph.parameter("norm.bias", layout.width)), "features")
  }

  /// x + attention(norm(x)), then x + mlp(norm(x)); of the last block the class token alone.
  private mutating func block(_ x: Value, _ name: String, isLast: Bool) -> Value {
    var x = x
    var attended = attention(graph.standardize(x, epsilon: DINOv2Layout.epsilon), name)
    if isLast { (x, attended) = (graph.row(x, 0), graph.row(attended, 0)) }
    x = sum(x, linear(attended, "\(name).attn.proj", layout.width))
    let hidden = linear(
      graph.standardize(x, epsilon: DINOv2Layout.epsilon), "\(name).mlp.fc1", layout.hidden)
    return sum(x, linear(graph.unary(.gelu, hidden), "\(name).mlp.fc2", layout.width))
  }

  /// softmax(q kᵀ / sqrt(channels per head)) v for each head.
  private mutating func attention(_ x: Value, _ name: String) -> Value {
    let joined = linear(x, "\(name).attn.qkv", 3 * layout.width)
    let parts = (0..<3).map {
      graph.slice(joined, $0 * layout.width..<($0 + 1) * layout.width)
    }
    return graph.attention(
      parts[0], parts[1], parts[2], heads: layout.heads,
      scale: 1 / Double(layout.width / layout.heads).squareRoot())
  }

  /// x Wᵀ + b.
  private mutating func linear(_ x: Value, _ name: String, _ outputs: Int) -> Value {
    let weights = graph.parameter("\(name).weight", outputs, graph.shape(x).channels)
    return graph.binary(
      .add, graph.linear(x, weights), graph.parameter("\(name).bias", outputs))
  }

  private mutating func sum(_ x: Value, _ y: Value) -> Value { graph.combine([(x, 1), (y, 1)]) }
}
