import Foundation
import Testing

@testable import GuidedDiffusion

/// A small autoencoder against PyTorch.
@Suite("VAE") struct VAETests {
  @Test("the decoder in Double and Float")
  func decoder() throws {
    let vae = try VAE(TinyVAE.decoderPath)
    #expect(vae.encoder == nil && vae.decoder?.pixelsPerLatent == 8)
    let graph = vae.decoderGraph(height: 8, width: 8)
    let (latents, expected) = (try TinyVAE.vector("latents"), try TinyVAE.vector("decoded"))
    let image = try Self.run(Double.self, graph, vae, "latents", latents, "image")
    #expect(image.shape == expected.shape)
    #expect(relativeError(image.elements, expected.elements) < 2e-5)
    let single = try Self.run(Float.self, graph, vae, "latents", latents, "image")
    #expect(relativeError(single.elements, expected.elements) < 1e-4)
  }

  @Test("the encoder in Double and Float")
  func encoder() throws {
    let vae = try VAE(TinyVAE.encoderPath)
    #expect(vae.decoder == nil && vae.encoder?.latentChannels == 4)
    let graph = vae.encoderGraph(height: 64, width: 64)
    let (image, expected) = (try TinyVAE.vector("image"), try TinyVAE.moments())
    let moments = try Self.run(Double.self, graph, vae, "image", image, "moments")
    #expect(relativeError(moments.elements, expected) < 2e-5)
    let single = try Self.run(Float.self, graph, vae, "image", image, "moments")
    #expect(relativeError(single.elements, expected) < 1e-4)
  }

  @Test("folders and the names of other versions hold the same network")
  func namings() throws {
    let decoder = try VAE(TinyVAE.decoderPath).decoder
    let encoder = try VAE(TinyVAE.encoderPath).encoder
    try Fixture.withTemporaryFolder { folder in
      try FileManager.default.createDirectory(
        atPath: "\(folder)/vae", withIntermediateDirectories: true)
      try FileManager.default.copyItem(
        atPath: Fixture.path("tiny-vae-config.json"), toPath: "\(folder)/vae/config.json")
      let file = "\(folder)/vae/diffusion_pytorch_model.safetensors"
      func earlier(_ name: String) -> String {
        [("to_q", "query"), ("to_k", "key"), ("to_v", "value"), ("to_out.0", "proj_attn")]
          .reduce(name) { $0.replacingOccurrences(of: $1.0, with: $1.1) }
      }
      func nested(_ name: String) -> String { "state_dict.vae.\(name)" }
      for (rename, path) in [
        (earlier, folder), (earlier, "\(folder)/vae"), (nested, file), (Self.original, file),
      ] {
        try TinyVAE.write(to: file, rename: rename)
        let vae = try VAE(path)
        #expect(vae.decoder?.sha256 == decoder?.sha256)
        #expect(vae.encoder?.sha256 == encoder?.sha256)
      }
    }
  }

  @Test("what is no autoencoder is refused")
  func otherFiles() throws {
    let error = #expect(throws: CheckpointError.self) {
      try VAE(Fixture.path("formats-zip.pt"))
    }
    #expect(error?.reason.hasPrefix("no autoencoder") == true)
    try Fixture.withTemporaryFolder { folder in
      func refused(_ hint: String) {
        let error = #expect(throws: CheckpointError.self) { try VAE(folder) }
        #expect(error?.reason.contains(hint) == true, "\(String(describing: error))")
      }
      let path = "\(folder)/config.json"
      try "{\"act_fn\": \"gelu\"}".write(toFile: path, atomically: true, encoding: .utf8)
      refused("none of diffusion_pytorch_model.safetensors")
      let file = "\(folder)/diffusion_pytorch_model.safetensors"
      try FileManager.default.copyItem(atPath: TinyVAE.decoderPath, toPath: file)
      refused("act_fn is gelu")
      try "{\"block_out_channels\": [32, 32]}".write(
        toFile: path, atomically: true, encoding: .utf8)
      refused("channels wide, not [32, 32]")
      try "{\"norm_num_groups\": 5}".write(toFile: path, atomically: true, encoding: .utf8)
      refused("5 groups do not share")
      try TinyVAE.write(to: file) { $0.replacingOccurrences(of: "conv2.bias", with: "conv2.b") }
      try "{}".write(toFile: path, atomically: true, encoding: .utf8)
      refused("there is no decoder.mid_block.resnets.0.conv2.bias")
    }
  }

  private static func run<Element: CPUScalar>(
    _ type: Element.Type, _ graph: Graph, _ vae: VAE, _ input: String, _ x: Tensor<Double>,
    _ output: String
  ) throws -> Tensor<Element> {
    let executable = try CPUExecutable<Element>(
      compiling: graph, parameters: vae.parameters, outputs: [output])
    let x = Tensor(shape: x.shape, elements: x.elements.map { Element($0) })
    return try #require(executable.run([input: x])[output])
  }

  /// The name in the original checkpoints of latent diffusion.
  private static func original(_ name: String) -> String {
    var name = name
    for level in 0..<4 {
      name = name.replacingOccurrences(of: "up_blocks.\(level)", with: "up.\(3 - level)")
    }
    for (old, new) in [
      ("down_blocks", "down"), ("mid_block.resnets.0", "mid.block_1"),
      ("mid_block.resnets.1", "mid.block_2"), ("mid_block.attentions.0", "mid.attn_1"),
      ("resnets", "block"), ("downsamplers.0", "downsample"), ("upsamplers.0", "upsample"),
      ("group_norm", "norm"), ("to_q", "q"), ("to_k", "k"), ("to_v", "v"),
      ("to_out.0", "proj_out"), ("conv_norm_out", "norm_out"), ("conv_shortcut", "nin_shortcut"),
    ] {
      name = name.replacingOccurrences(of: old, with: new)
    }
    return "first_stage_model.\(name)"
  }
}
