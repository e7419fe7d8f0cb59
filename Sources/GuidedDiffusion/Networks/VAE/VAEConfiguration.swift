import Foundation

/// What an autoencoder's `config.json` says that its weights do not.
struct VAEConfiguration: Sendable {
  /// Groups of every group norm.
  var groups = 32

  /// Channels of each level, the finest first; nil if nothing is said.
  var widths: [Int]?

  /// As published, for files without a configuration.
  init() {}

  /// Reads a `config.json` of diffusers.
  ///
  /// - Throws: ``CheckpointError`` if it is none of an autoencoder, or one of another kind.
  init(_ path: String) throws(CheckpointError) {
    let file = try MappedFile.open(path)
    let json = try JSON(file, 0..<file.count, Allowance(for: file))
    func error(_ reason: String) -> CheckpointError { CheckpointError(file: path, reason: reason) }
    if let name = json["_class_name"]?.string, name != "AutoencoderKL" {
      throw error("a network of class \(name), not AutoencoderKL")
    }
    if let function = json["act_fn"]?.string, function != "silu" {
      throw error("act_fn is \(function): only silu is known")
    }
    for (name, known) in [
      ("down_block_types", "DownEncoderBlock2D"), ("up_block_types", "UpDecoderBlock2D"),
    ] {
      for block in json[name]?.array ?? [] where block.string != known {
        throw error("\(name) has \(block): only \(known) is known")
      }
    }
    if let groups = json["norm_num_groups"] {
      guard let number = groups.int, 1...4096 ~= number else {
        throw error("norm_num_groups is \(groups)")
      }
      self.groups = number
    }
    widths = json["block_out_channels"]?.array?.compactMap(\.int)
  }
}
