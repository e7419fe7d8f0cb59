/// The weights of a ``DINOv2`` in a file, with what is a factor or a summand of a layer's input or
/// output folded into it, in Double.
///
/// - `patch_embed.proj`: of pixels p from 0 to 255 instead of (p / 255 - mean) / deviation.
/// - `attn.qkv` and `mlp.fc1`: W diag(g) and W b + c for a norm of gain g and bias b before them.
/// - `attn.proj` and `mlp.fc2`: times the scale γ of the layer (LayerScale).
/// - `tokens`: class token and position embedding, resampled to the grid of patches.
public struct DINOv2Parameters: ParameterSource {
  /// Path of the file.
  public let source: String

  let layout: DINOv2Layout
  private let tensors: NamedTensors

  /// Means and deviations of ImageNet's pixels in 0...1, by channel.
  static let pixels: [(mean: Double, deviation: Double)] = [
    (0.485, 0.229), (0.456, 0.224), (0.406, 0.225),
  ]

  /// The weights in a checkpoint.
  ///
  /// - Throws: ``CheckpointError`` if one is missing or has another shape.
  init(_ checkpoint: Checkpoint) throws(CheckpointError) {
    source = checkpoint.source
    tensors = checkpoint.tensors
    layout = try DINOv2Layout(checkpoint)
    for (name, shape) in layout.tensors {
      guard let tensor = tensors[name] else {
        throw CheckpointError(file: source, reason: "there is no tensor \(name)")
      }
      guard tensor.shape == shape else {
        throw CheckpointError(
          file: source, reason: "\(name) has shape \(tensor.shape), not \(shape)")
      }
    }
  }

  /// The elements of a folded parameter.
  ///
  /// - Parameters:
  ///   - name: as in the graph.
  ///   - shape: as in the graph.
  ///   - type: `Float` or `Double`.
  /// - Returns: as many elements as `shape` has.
  public func elements<Element: BinaryFloatingPoint>(
    of name: String, shape: Shape, as type: Element.Type
  ) -> [Element] {
    folded(name).map { Element($0) }
  }

  private func folded(_ name: String) -> [Double] {
    if name == "tokens" { return tokens }
    guard let dot = name.lastIndex(of: ".") else { preconditionFailure("no parameter \(name)") }
    let layer = String(name[..<dot])
    let isBias = name.hasSuffix(".bias")
    if layer == "patch_embed.proj" { return embedding(isBias: isBias) }
    let parts = layer.split(separator: ".")
    guard parts.count == 4 else { return stored(name) }
    let block = "blocks.\(parts[1])"
    switch parts[2...].joined(separator: ".") {
    case "attn.qkv": return normed(layer, by: "\(block).norm1", isBias: isBias)
    case "mlp.fc1": return normed(layer, by: "\(block).norm2", isBias: isBias)
    case "attn.proj": return scaled(name, by: "\(block).ls1.gamma")
    default: return scaled(name, by: "\(block).ls2.gamma")
    }
  }

  private func stored(_ name: String) -> [Double] {
    // Missing tensors were refused at first.
    guard let tensor = tensors[name] else { preconditionFailure("no tensor \(name)") }
    return tensor.elements(as: Double.self)
  }

  /// W diag(g), or W b + c.
  private func normed(_ layer: String, by norm: String, isBias: Bool) -> [Double] {
    let weights = stored("\(layer).weight")
    if isBias {
      let (bias, shift) = (stored("\(layer).bias"), stored("\(norm).bias"))
      return bias.indices.map { row in
        shift.indices.reduce(bias[row]) { $0 + weights[row * shift.count + $1] * shift[$1] }
      }
    }
    let gain = stored("\(norm).weight")
    return weights.indices.map { weights[$0] * gain[$0 % gain.count] }
  }

  /// Each row times its scale; of a bias each element.
  private func scaled(_ name: String, by gamma: String) -> [Double] {
    let (elements, scale) = (stored(name), stored(gamma))
    let length = elements.count / scale.count
    return elements.indices.map { elements[$0] * scale[$0 / length] }
  }

  private func embedding(isBias: Bool) -> [Double] {
    let weights = stored("patch_embed.proj.weight")
    let area = layout.patch * layout.patch
    func pixel(_ place: Int) -> (mean: Double, deviation: Double) { Self.pixels[place / area % 3] }
    if !isBias { return weights.indices.map { weights[$0] / (255 * pixel($0).deviation) } }
    let bias = stored("patch_embed.proj.bias")
    let length = 3 * area
    return bias.indices.map { row in
      (0..<length).reduce(bias[row]) { sum, place in
        let (mean, deviation) = pixel(place)
        return sum - weights[row * length + place] * mean / deviation
      }
    }
  }

  /// Class token and position embedding of the first token, then the position embedding of the patches.
  private var tokens: [Double] {
    let positions = stored("pos_embed")
    let first = zip(stored("cls_token"), positions).map { $0 + $1 }
    return first
      + PositionEmbedding(
        grid: layout.grid, width: layout.width, elements: Array(positions[layout.width...])
      ).resampled(to: DINOv2.edge / layout.patch)
  }

  /// SHA-256 of names, shapes and elements of all tensors in single precision.
  func digest() -> String {
    var digest = SHA256()
    digest.update("dinov2 1\n")
    for (name, shape) in layout.tensors {
      digest.update("\(name) \(shape)\n")
      let elements = tensors[name]?.elements(as: Float.self) ?? []
      digest.update(elements)
    }
    return digest.finish()
  }
}
