import Foundation

/// How files name the tensors of an autoencoder.
///
/// Graphs use the names of the Hugging Face library diffusers since 0.17, such as
/// `decoder.up_blocks.0.resnets.1.conv1.weight`. Earlier files call the attention's layers otherwise,
/// and the original checkpoints of latent diffusion name every block in another way, with the
/// decoder's blocks counted from the finest one.
struct VAENames: Sendable {
  /// What stands before every name, such as `first_stage_model.`.
  let prefix: String

  /// Number of levels if the names are those of the original checkpoints; nil for diffusers.
  let originalLevels: Int?

  /// Finds out how `tensors` are named; nil if there is no autoencoder among them.
  init?(_ tensors: NamedTensors) {
    let starts = ["decoder.conv_in.weight", "encoder.conv_in.weight"]
    func prefix(_ name: String) -> String? {
      let start = starts.first { name == $0 || name.hasSuffix("." + $0) }
      return start.map { String(name.dropLast($0.count)) }
    }
    guard let prefix = tensors.names.lazy.compactMap(prefix).first else { return nil }
    self.prefix = prefix
    let levels =
      ["decoder.up", "encoder.down"].map { part in
        (0...).prefix { tensors["\(prefix)\(part).\($0).block.0.norm1.weight"] != nil }.count
      }.max() ?? 0
    originalLevels = levels > 0 ? levels : nil
  }

  /// What a tensor of a graph's name may be called in the file.
  func candidates(_ name: String) -> [String] {
    guard let originalLevels else {
      let earlier = Self.replace(in: name, Self.earlierAttention)
      return earlier == name ? [prefix + name] : [prefix + name, prefix + earlier]
    }
    let levels = (0..<originalLevels).map {
      ("up_blocks.\($0).", "up.\(originalLevels - 1 - $0).")
    }
    return [prefix + Self.replace(in: name, levels + Self.original)]
  }

  private static func replace(in name: String, _ pairs: [(String, String)]) -> String {
    pairs.reduce(name) { $0.replacingOccurrences(of: $1.0, with: $1.1) }
  }

  /// Names of the attention's layers in diffusers before 0.17.
  private static let earlierAttention = [
    (".to_q.", ".query."), (".to_k.", ".key."), (".to_v.", ".value."),
    (".to_out.0.", ".proj_attn."),
  ]

  /// Names in the original checkpoints.
  private static let original = [
    ("mid_block.resnets.0.", "mid.block_1."), ("mid_block.resnets.1.", "mid.block_2."),
    ("mid_block.attentions.0.", "mid.attn_1."), (".group_norm.", ".norm."), (".to_q.", ".q."),
    (".to_k.", ".k."), (".to_v.", ".v."), (".to_out.0.", ".proj_out."),
    ("conv_norm_out.", "norm_out."), ("conv_shortcut.", "nin_shortcut."),
    ("down_blocks.", "down."), (".resnets.", ".block."), (".downsamplers.0.", ".downsample."),
    (".upsamplers.0.", ".upsample."),
  ]
}
