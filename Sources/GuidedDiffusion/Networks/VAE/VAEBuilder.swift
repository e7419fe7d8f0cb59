/// Describes ``VAE`` as graphs, reading the widths of its layers from the weights.
struct VAEBuilder {
  let parameters: VAEParameters

  /// Groups of every norm.
  let groups: Int

  var graph = Graph()

  typealias Value = Graph.Value

  /// Added to the variances of all norms.
  static let epsilon = 1e-6

  /// Latents `[N, H, W, C]` to an image `[N, s H, s W, 3]`.
  mutating func decode(_ latents: Value) throws(CheckpointError) -> Value {
    var x = latents
    if parameters.has("post_quant_conv") { x = try convolution(x, "post_quant_conv", size: 1) }
    x = try convolution(x, "decoder.conv_in")
    x = try middle(x, "decoder.mid_block")
    for block in blocks("decoder.up_blocks") {
      x = try residuals(x, block)
      if parameters.has("\(block).upsamplers.0.conv") {
        x = graph.resample(x, .up, filter: [1, 1])  // nearest neighbour
        x = try convolution(x, "\(block).upsamplers.0.conv")
      }
    }
    return try last(x, "decoder")
  }

  /// An image `[N, s H, s W, 3]` to means and standard deviations of latents, `[N, H, W, 2 C]`.
  mutating func encode(_ image: Value) throws(CheckpointError) -> Value {
    var x = try convolution(image, "encoder.conv_in")
    for block in blocks("encoder.down_blocks") {
      x = try residuals(x, block)
      if parameters.has("\(block).downsamplers.0.conv") {
        x = try convolution(
          x, "\(block).downsamplers.0.conv", stride: 2,
          padding: Convolution.Padding(top: 0, left: 0, bottom: 1, right: 1))
      }
    }
    x = try last(middle(x, "encoder.mid_block"), "encoder")
    if parameters.has("quant_conv") { x = try convolution(x, "quant_conv", size: 1) }
    // Means and logarithms of variances.
    let channels = graph.shape(x).channels / 2
    let variance = graph.unary(
      .clamp(-30...20), graph.slice(x, channels..<2 * channels))
    return graph.concatenate([
      graph.slice(x, 0..<channels), graph.unary(.exponential, graph.scale(variance, by: 0.5)),
    ])
  }

  /// Names of the blocks of one half.
  private func blocks(_ name: String) -> [String] {
    (0..<parameters.count(name, "resnets.0.norm1")).map { "\(name).\($0)" }
  }
}

extension VAEBuilder {
  /// Norm, silu and convolution to the result of one half.
  private mutating func last(_ x: Value, _ name: String) throws(CheckpointError) -> Value {
    try convolution(
      graph.unary(.silu, norm(x, "\(name).conv_norm_out")), "\(name).conv_out")
  }

  private mutating func residuals(_ x: Value, _ name: String) throws(CheckpointError) -> Value {
    var x = x
    for index in 0..<parameters.count("\(name).resnets", "norm1") {
      x = try residual(x, "\(name).resnets.\(index)")
    }
    return x
  }

  /// x + conv2(silu(norm2(conv1(silu(norm1(x)))))), x passing a 1x1 convolution where the number of
  /// channels changes.
  private mutating func residual(_ x: Value, _ name: String) throws(CheckpointError) -> Value {
    var y = graph.unary(.silu, try norm(x, "\(name).norm1"))
    // Before the others, so that x needs not be kept.
    let shortcut =
      parameters.has("\(name).conv_shortcut")
      ? try convolution(x, "\(name).conv_shortcut", size: 1) : x
    y = try convolution(y, "\(name).conv1")
    y = try convolution(
      graph.unary(.silu, norm(y, "\(name).norm2")), "\(name).conv2")
    try checkSum(shortcut, y, name)
    return graph.combine([(shortcut, 1), (y, 1)])
  }

  /// Two residual blocks around attention with one head over all pixels.
  private mutating func middle(_ x: Value, _ name: String) throws(CheckpointError) -> Value {
    var x = try residual(x, "\(name).resnets.0")
    let attention = "\(name).attentions.0"
    if parameters.has("\(attention).group_norm") {
      let y = try norm(x, "\(attention).group_norm")
      let q = try linear(y, "\(attention).to_q")
      let k = try linear(y, "\(attention).to_k")
      let v = try linear(y, "\(attention).to_v")
      let width = graph.shape(q).channels
      guard graph.shape(q) == graph.shape(k), graph.shape(q) == graph.shape(v) else {
        throw CheckpointError(
          file: parameters.source, reason: "\(attention): q, k and v differ in their channels")
      }
      let attended = graph.attention(q, k, v, heads: 1, scale: 1 / Double(width).squareRoot())
      let result = try linear(attended, "\(attention).to_out.0")
      try checkSum(x, result, attention)
      x = graph.combine([(x, 1), (result, 1)])
    }
    return try residual(x, "\(name).resnets.1")
  }

  private mutating func norm(_ x: Value, _ name: String) throws(CheckpointError) -> Value {
    let channels = graph.shape(x).channels
    try parameters.checkNorm(name, channels: channels, groups: groups)
    return graph.groupNormalize(
      x, gain: graph.parameter("\(name).weight", channels),
      bias: graph.parameter("\(name).bias", channels), groups: groups, epsilon: Self.epsilon)
  }

  private mutating func convolution(
    _ x: Value, _ name: String, size: Int = 3, stride: Int = 1,
    padding: Convolution.Padding? = nil
  ) throws(CheckpointError) -> Value {
    let inputs = graph.shape(x).channels
    let outputs = try parameters.outputs(of: name, inputs: inputs, size: size)
    let weights = graph.parameter("\(name).weight", outputs, inputs, size, size)
    let y = graph.convolution(
      x, weights, stride: stride, padding: padding ?? .all(size / 2))
    return graph.binary(.add, y, graph.parameter("\(name).bias", outputs))
  }

  private mutating func linear(_ x: Value, _ name: String) throws(CheckpointError) -> Value {
    let inputs = graph.shape(x).channels
    let outputs = try parameters.outputs(of: name, inputs: inputs, size: 1)
    let y = graph.linear(x, graph.parameter("\(name).weight", outputs, inputs))
    return graph.binary(.add, y, graph.parameter("\(name).bias", outputs))
  }

  private func checkSum(_ x: Value, _ y: Value, _ name: String) throws(CheckpointError) {
    guard graph.shape(x) == graph.shape(y) else {
      throw CheckpointError(
        file: parameters.source,
        reason: "\(name) adds \(graph.shape(y).channels) channels to \(graph.shape(x).channels)")
    }
  }
}
