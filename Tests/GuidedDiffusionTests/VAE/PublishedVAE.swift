import Foundation

@testable import GuidedDiffusion

/// A decoder and an encoder as wide as the published ones, all weights 0, in a file that takes no
/// place on the disk.
enum PublishedVAE {
  /// Calls `body` with the network.
  static func with<Result>(_ body: (VAE) throws -> Result) throws -> Result {
    try Fixture.withTemporaryFolder { folder in
      let path = "\(folder)/vae.safetensors"
      var (members, end) = ([JSON.Member](), 0)
      for (name, shape) in shapes {
        let start = end
        end += 2 * shape.reduce(1, *)
        members.append(
          .init(
            name,
            .object([
              .init("dtype", .string("F16")), .init("shape", .array(shape.map { .integer($0) })),
              .init("data_offsets", .array([.integer(start), .integer(end)])),
            ])))
      }
      var header = Array(JSON.object(members).description.utf8)
      header += [UInt8](repeating: 0x20, count: 7 - (header.count + 7) % 8)
      let length = (0..<8).map { UInt8(truncatingIfNeeded: header.count >> (8 * $0)) }
      try Data(length + header).write(to: URL(filePath: path))
      let file = try FileHandle(forWritingTo: URL(filePath: path))
      try file.truncate(atOffset: UInt64(8 + header.count + end))
      try file.close()
      return try body(VAE(path))
    }
  }

  private static let widths = [128, 256, 512, 512]

  /// All tensors with their shapes.
  private static var shapes: [(String, [Int])] {
    var all: [(String, [Int])] = []
    func layer(_ name: String, _ outputs: Int, _ inputs: Int, _ size: Int = 3) {
      all.append(("\(name).weight", [outputs, inputs, size, size]))
      all.append(("\(name).bias", [outputs]))
    }
    func norm(_ name: String, _ channels: Int) {
      all += [("\(name).weight", [channels]), ("\(name).bias", [channels])]
    }
    func residual(_ name: String, _ inputs: Int, _ outputs: Int) {
      norm("\(name).norm1", inputs)
      layer("\(name).conv1", outputs, inputs)
      norm("\(name).norm2", outputs)
      layer("\(name).conv2", outputs, outputs)
      if inputs != outputs { layer("\(name).conv_shortcut", outputs, inputs, 1) }
    }
    func half(_ half: String, inputs: Int, blocks: [Int], residuals: Int, outputs: Int) {
      let isDecoder = half == "decoder"
      layer("\(half).conv_in", blocks[0], inputs)
      var width = blocks[0]
      let sampler = isDecoder ? "upsamplers" : "downsamplers"
      for (index, block) in blocks.enumerated() {
        let name = "\(half).\(isDecoder ? "up" : "down")_blocks.\(index)"
        for place in 0..<residuals {
          residual("\(name).resnets.\(place)", width, block)
          width = block
        }
        if index < blocks.count - 1 { layer("\(name).\(sampler).0.conv", width, width) }
      }
      let middle = "\(half).mid_block"
      for place in 0..<2 { residual("\(middle).resnets.\(place)", 512, 512) }
      norm("\(middle).attentions.0.group_norm", 512)
      for part in ["to_q", "to_k", "to_v", "to_out.0"] {
        layer("\(middle).attentions.0.\(part)", 512, 512, 1)
      }
      norm("\(half).conv_norm_out", width)
      layer("\(half).conv_out", outputs, width)
    }
    half("decoder", inputs: 4, blocks: widths.reversed(), residuals: 3, outputs: 3)
    half("encoder", inputs: 3, blocks: widths, residuals: 2, outputs: 8)
    layer("post_quant_conv", 4, 4, 1)
    layer("quant_conv", 8, 8, 1)
    return all
  }
}
