import Testing

@testable import GuidedDiffusion

@Suite("EDM2 graph") struct EDM2GraphTests {
  /// The configuration of the fixture `tiny-cond.pkl`.
  static let tiny = EDM2Configuration(
    imageResolution: 16, imageChannels: 3, labelCount: 10, levelChannels: [16, 32, 48],
    noiseChannels: 16, embeddingChannels: 48, blocksPerLevel: 2, attentionResolutions: [8, 4],
    channelsPerHead: 16)

  @Test("names the output of every block")
  func blocks() {
    let names = Set(Self.tiny.graph().names.keys)
    let encoder = ["16x16_conv", "8x8_down", "4x4_down"]
    let decoder = ["4x4_in0", "4x4_in1", "8x8_up", "16x16_up"]
    let expected =
      encoder.map { "enc." + $0 } + decoder.map { "dec." + $0 }
      + [16, 8, 4].flatMap { edge in
        (0..<2).map { "enc.\(edge)x\(edge)_block\($0)" }
          + (0..<3).map { "dec.\(edge)x\(edge)_block\($0)" }
      }
    #expect(names == Set(expected + ["raw", "denoised", "logvar"]))
  }

  @Test("names parameters as the official state dictionary")
  func parameters() {
    let graph = Self.tiny.graph()
    let shapes = Dictionary(uniqueKeysWithValues: graph.parameters.map { ($0.name, $0.shape) })
    #expect(shapes["unet.emb_fourier.freqs"] == .fixed(16))
    #expect(shapes["unet.emb_label.weight"] == .fixed(48, 10))
    #expect(shapes["unet.enc.16x16_conv.weight"] == .fixed(16, 4, 3, 3))
    #expect(shapes["unet.dec.4x4_in0.attn_qkv.weight"] == .fixed(144, 48, 1, 1))
    #expect(shapes["unet.dec.16x16_block0.conv_skip.weight"] == .fixed(16, 48, 1, 1))
    #expect(shapes["unet.dec.16x16_block0.emb_gain"] == .fixed())
    #expect(shapes["unet.enc.8x8_down.conv_skip.weight"] == nil)
    #expect(shapes["unet.dec.4x4_in1.attn_qkv.weight"] == nil)
    #expect(shapes["unet.out_gain"] == .fixed())
    #expect(shapes["logvar_linear.weight"] == .fixed(1, 128))
  }

  @Test("honours its options")
  func options() {
    var configuration = Self.tiny
    configuration.labelCount = 0
    configuration.activationClip = nil
    configuration.attentionResolutions = []
    configuration.channelsPerHead = 64  // wider than every block: no heads
    let graph = configuration.graph()
    #expect(graph.inputs.map(\.name) == ["x", "sigma"])
    for node in graph.nodes {
      switch node.operation {
      case .attention, .unary(.clamp): Issue.record("\(node.operation)")
      default: break
      }
    }
  }
}
