import Foundation
import Testing

@testable import GuidedDiffusion

/// A small network with random weights against the official one in PyTorch.
@Suite("DINOv2") struct DINOv2Tests {
  static let file = "tiny-dinov2.safetensors"

  static var network: DINOv2 {
    get throws { try DINOv2(Fixture.path("tiny-dinov2.pth")) }
  }

  @Test("the published weights are looked for where they are fetched to")
  func defaultPath() {
    #expect(DINOv2.defaultPath == PublishedFile.dinoV2.location().path)
  }

  @Test("features of noise and of a large gradient", arguments: ["noise64", "gradient512"])
  func features(name: String) throws {
    let network = try Self.network
    #expect(network.featureCount == 96)
    let images = try InceptionTests.channelsLast(
      #require(Fixture.safetensors(Self.file)["\(name).images"]))
    let shape = images.shape
    let graph = network.graph(height: shape[1], width: shape[2], channels: shape[3])
    let executable = try CPUExecutable<Float>(
      compiling: graph, parameters: network.parameters, outputs: ["features"])
    let result = executable.run([
      "images": Tensor(shape: shape, elements: images.elements.map { Float($0) })
    ])
    let expected = try Fixture.elements("\(name).features", of: Self.file, as: Double.self)
    #expect(relativeError(result["features"]?.elements ?? [], expected) < 1e-4)
  }

  @Test("what the network sees is resized without rounding")
  func resized() throws {
    let images = try InceptionTests.channelsLast(
      #require(Fixture.safetensors(Self.file)["noise64.images"]))
    var graph = Graph()
    let x = graph.input("x", .batched(64, 64, 3))
    graph.name(graph.resize(x, height: 224, width: 224, filter: .bicubic), "y")
    let y = try CPUExecutable<Double>(
      compiling: graph, parameters: NoParameters(), outputs: ["y"]
    ).run(["x": images])["y"]
    let resized = try #require(y)
    // The first 16 rows of the first image.
    let expected = try Fixture.elements("noise64.resized_0", of: Self.file, as: Double.self)
    for channel in 0..<3 {
      for pixel in 0..<16 * 224 {
        let error = resized.elements[pixel * 3 + channel] - expected[channel * 16 * 224 + pixel]
        #expect(abs(error) < 2e-3)
      }
    }
  }

  @Test("position embedding on the grid of 16 x 16")
  func positions() throws {
    let network = try Self.network
    let tokens = network.parameters.elements(
      of: "tokens", shape: .fixed(257, 96), as: Double.self)
    let token = try #require(try Checkpoint.open(network.source).tensors["cls_token"])
      .elements(as: Double.self)
    let expected = try Fixture.elements("pos_embed_16x16", of: Self.file, as: Double.self)
    let actual = tokens.indices.map { tokens[$0] - ($0 < 96 ? token[$0] : 0) }
    #expect(relativeError(actual, expected) < 5e-5)
  }

  @Test("a grid of the same size is left alone")
  func sameGrid() {
    let elements = (0..<48).map { Double($0 * $0 % 7) }
    let embedding = PositionEmbedding(grid: 4, width: 3, elements: elements)
    #expect(embedding.resampled(to: 4) == elements)
    let constant = PositionEmbedding(grid: 5, width: 1, elements: [Double](repeating: 2, count: 25))
    #expect(constant.resampled(to: 3).allSatisfy { abs($0 - 2) < 1e-12 })
  }

  @Test("grey images are RGB of equal channels")
  func grey() throws {
    let network = try Self.network
    let pixels = (0..<100).map { Float($0 * $0 % 256) }
    func features(_ channels: Int) throws -> [Float] {
      let graph = network.graph(height: 10, width: 10, channels: channels)
      let elements = pixels.flatMap { [Float](repeating: $0, count: channels) }
      return try CPUExecutable<Float>(
        compiling: graph, parameters: network.parameters, outputs: ["features"]
      ).run(["images": Tensor(shape: [1, 10, 10, channels], elements: elements)])["features"]?
      .elements ?? []
    }
    let (grey, colour) = (try features(1), try features(3))
    #expect(grey == colour && grey.count == 96)
  }

  @Test("a safetensors file holds the same network")
  func safetensors() throws {
    let network = try Self.network
    try Fixture.withTemporaryFolder { folder in
      let path = "\(folder)/dinov2.safetensors"
      try Self.write(Checkpoint.open(network.source).tensors, to: path) { _, shape in shape }
      #expect(try DINOv2(path).sha256 == network.sha256)
    }
  }

  @Test(
    "missing and misshapen tensors are named",
    arguments: [
      ("cls_token", "there is no tensor cls_token"),
      ("blocks.1.ls2.gamma", "there is no tensor blocks.1.ls2.gamma"),
      ("patch_embed.proj.weight", "no DINOv2 network: there is no tensor patch_embed.proj.weight"),
      ("pos_embed", "no DINOv2 network: there is no tensor pos_embed"),
      ("norm.bias [96]", "norm.bias has shape [1, 96], not [96]"),
      ("blocks.2.attn.qkv.weight [288, 96]", "blocks.2.attn.qkv.weight has shape [1, 288, 96]"),
      ("pos_embed [1, 1370, 96]", "pos_embed has shape [1, 1, 1370, 96], not 3 axes"),
    ])
  func damagedFiles(change: String, reason: String) throws {
    let parts = change.split(separator: " ", maxSplits: 1)
    let tensors = try Checkpoint.open(Fixture.path("tiny-dinov2.pth")).tensors
    try Fixture.withTemporaryFolder { folder in
      let path = "\(folder)/dinov2.safetensors"
      try Self.write(tensors, to: path) { name, shape in
        name != parts[0] ? shape : parts.count == 1 ? nil : [1] + shape
      }
      let error = #expect(throws: CheckpointError.self) { try DINOv2(path) }
      #expect(error?.reason.hasPrefix(reason) == true, "\(error?.reason ?? "")")
    }
  }

  @Test("other networks are refused", arguments: ["tiny-inception.pt", "formats-zip.pt"])
  func otherFiles(name: String) {
    let error = #expect(throws: CheckpointError.self) { try DINOv2(Fixture.path(name)) }
    #expect(error?.reason.hasPrefix("no DINOv2 network") == true)
  }

  /// Writes tensors with the shapes that `shape` gives; those of nil are left out.
  private static func write(
    _ tensors: NamedTensors, to path: String, shape: (String, [Int]) -> [Int]?
  ) throws {
    let kept = tensors.compactMap { name, tensor in
      shape(name, tensor.shape).map { (name: name, tensor: tensor, shape: $0) }
    }
    let writer = try SafetensorsWriter(
      path, entries: kept.map { .init(name: $0.name, type: .f32, shape: $0.shape) }, metadata: [])
    for (_, tensor, _) in kept {
      let elements = tensor.elements(as: Float.self)
      try writer.append(elements)
    }
    try writer.commit()
  }
}
