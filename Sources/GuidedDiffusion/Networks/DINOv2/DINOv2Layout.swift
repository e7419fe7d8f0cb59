/// Sizes of a ``DINOv2`` network.
struct DINOv2Layout: Hashable, Sendable {
  /// Channels of a token.
  let width: Int

  /// Number of blocks.
  let depth: Int

  /// Edge of a patch in pixels.
  let patch: Int

  /// Channels between the two linear layers of a block.
  let hidden: Int

  /// Edge of the grid of patches to which the position embedding in the file belongs.
  let grid: Int

  /// Added to the variance in norms.
  static let epsilon = 1e-6

  /// Heads of 64 channels, as in all published networks; of 16 where 64 does not divide the width.
  var heads: Int { width / (width % 64 == 0 ? 64 : 16) }

  /// Patches of a resized image.
  var patches: Int { (DINOv2.edge / patch) * (DINOv2.edge / patch) }

  /// Reads the sizes off the weights in a checkpoint.
  ///
  /// - Throws: ``CheckpointError`` if they are not those of such a network.
  init(_ checkpoint: Checkpoint) throws(CheckpointError) {
    func refuse(_ reason: String) -> CheckpointError {
      CheckpointError(file: checkpoint.source, reason: reason)
    }
    func shape(_ name: String, axes: Int) throws(CheckpointError) -> [Int] {
      guard let tensor = checkpoint.tensors[name] else {
        throw refuse("no DINOv2 network: there is no tensor \(name)")
      }
      guard tensor.shape.count == axes, tensor.shape.allSatisfy({ $0 > 0 }) else {
        throw refuse("\(name) has shape \(tensor.shape), not \(axes) axes")
      }
      return tensor.shape
    }
    let embedding = try shape("patch_embed.proj.weight", axes: 4)
    guard embedding[1] == 3, embedding[2] == embedding[3], DINOv2.edge % embedding[2] == 0 else {
      throw refuse(
        "patch_embed.proj.weight has shape \(embedding): patches of \(DINOv2.edge) x "
          + "\(DINOv2.edge) RGB pixels are square and divide the edge")
    }
    guard embedding[0] % 16 == 0, embedding[0] <= 1 << 14 else {
      throw refuse("the width \(embedding[0]) is not a multiple of 16 up to \(1 << 14)")
    }
    guard checkpoint.tensors["register_tokens"] == nil else {
      throw refuse("networks with register tokens are not supported: FD_DINOv2 has none")
    }
    (width, patch) = (embedding[0], embedding[2])
    let positions = try shape("pos_embed", axes: 3)
    let edge = Int(Double(max(positions[1] - 1, 0)).squareRoot().rounded())
    guard positions[0] == 1, edge > 0, 1 + edge * edge == positions[1] else {
      throw refuse("pos_embed has shape \(positions), not [1, 1 + a square, \(width)]")
    }
    grid = edge
    let blocks = checkpoint.tensors.names.compactMap { name -> Int? in
      let parts = name.split(separator: ".", maxSplits: 2)
      return parts.count == 3 && parts[0] == "blocks" ? Int(parts[1]) : nil
    }
    guard let last = blocks.max(), last < 1 << 10 else {
      throw refuse("no DINOv2 network: there are no tensors blocks.0 and so on")
    }
    depth = last + 1
    hidden = try shape("blocks.0.mlp.fc1.weight", axes: 2)[0]
  }

  /// Names and shapes of all tensors that a file must have.
  var tensors: [(name: String, shape: [Int])] {
    var tensors: [(name: String, shape: [Int])] = [
      ("cls_token", [1, 1, width]), ("pos_embed", [1, 1 + grid * grid, width]),
      ("patch_embed.proj.weight", [width, 3, patch, patch]),
      ("patch_embed.proj.bias", [width]),
    ]
    for index in 0..<depth {
      let layers = [
        ("norm1.weight", [width]), ("norm1.bias", [width]),
        ("attn.qkv.weight", [3 * width, width]), ("attn.qkv.bias", [3 * width]),
        ("attn.proj.weight", [width, width]), ("attn.proj.bias", [width]),
        ("ls1.gamma", [width]), ("norm2.weight", [width]), ("norm2.bias", [width]),
        ("mlp.fc1.weight", [hidden, width]), ("mlp.fc1.bias", [hidden]),
        ("mlp.fc2.weight", [width, hidden]), ("mlp.fc2.bias", [width]), ("ls2.gamma", [width]),
      ]
      tensors += layers.map { ("blocks.\(index).\($0)", $1) }
    }
    return tensors + [("norm.weight", [width]), ("norm.bias", [width])]
  }
}
