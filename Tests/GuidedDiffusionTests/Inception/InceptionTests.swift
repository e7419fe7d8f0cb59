import Testing

@testable import GuidedDiffusion

/// A network with a sixteenth of the channels against PyTorch in fp64.
@Suite("Inception-v3") struct InceptionTests {
  /// The images `[N, H, W, C]` of a fixture, and what the network makes of them.
  static func vectors(_ name: String) throws -> (images: Tensor<Double>, features: [Double]) {
    let file = "tiny-inception.safetensors"
    let images = try #require(Fixture.safetensors(file)["\(name).images"])
    return (
      channelsLast(images), try Fixture.elements("\(name).features", of: file, as: Double.self)
    )
  }

  @Test(
    "features of small, uneven and grey images in Double", arguments: ["small", "wide", "grey"])
  func features(name: String) throws {
    let network = try InceptionV3(Fixture.path("tiny-inception.pt"))
    #expect(network.featureCount == 128)
    let (images, expected) = try Self.vectors(name)
    let features = try Self.run(network, images, output: "features")
    #expect(relativeError(features, expected) < 1e-6)
  }

  @Test("outputs of the layers in Double")
  func layers() throws {
    let network = try InceptionV3(Fixture.path("tiny-inception.pt"))
    let (images, _) = try Self.vectors("small")
    var graph = network.graph(height: 32, width: 32, channels: 3)
    let layers = graph.names.keys.filter { $0 != "features" }.sorted()
    #expect(layers.count == 16)
    for layer in layers {
      guard let value = graph.names[layer] else { continue }
      let mean = graph.pool(
        value, .mean(countsPadding: true), size: graph.shape(value).height, stride: 1)
      graph.name(mean, "\(layer) mean")
    }
    let results = try CPUExecutable<Double>(
      compiling: graph, parameters: network.parameters, outputs: layers.map { "\($0) mean" }
    ).run(["images": images])
    for layer in layers {
      let expected = try Fixture.elements(
        "small.\(layer)", of: "tiny-inception.safetensors", as: Double.self)
      let error = relativeError(results["\(layer) mean"]?.elements ?? [], expected)
      #expect(error < 1e-6, "\(layer): \(error)")
    }
  }

  @Test("a pytorch-fid state dictionary holds the same network")
  func stateDictionary() throws {
    let script = try InceptionV3(Fixture.path("tiny-inception.pt"))
    let state = try InceptionV3(Fixture.path("tiny-inception-state.pt"))
    #expect(script.sha256 == state.sha256)
  }

  @Test("a file without the network is refused")
  func otherFiles() {
    let error = #expect(throws: CheckpointError.self) {
      try InceptionV3(Fixture.path("formats-zip.pt"))
    }
    #expect(error?.reason.hasPrefix("no Inception-v3 of 2015-12-05") == true)
  }

  @Test("bilinear as in TensorFlow 1")
  func resize() throws {
    let file = "tiny-inception.safetensors"
    for name in ["small", "wide", "grey"] {
      let (images, _) = try Self.vectors(name)
      var graph = Graph()
      let x = graph.input(
        "x", .batched(images.shape[1], images.shape[2], images.shape[3]))
      graph.name(
        graph.resize(x, height: 299, width: 299, filter: .bilinearFromCorner), "y")
      let resized = try #require(
        CPUExecutable<Double>(compiling: graph, parameters: NoParameters(), outputs: ["y"])
          .run(["x": images])["y"])
      let corner = try #require(Fixture.safetensors(file)["\(name).resized"])
      let expected = Self.channelsLast(corner)
      for row in 0..<16 {
        for column in 0..<16 {
          for channel in 0..<images.shape[3] {
            let actual = resized.elements[
              ((100 + row) * 299 + 283 + column) * images.shape[3] + channel]
            #expect(abs(actual - expected.elements[(row * 16 + column) * 3 + channel]) < 1e-4)
          }
        }
      }
    }
  }

  static func run(
    _ network: InceptionV3, _ images: Tensor<Double>, output: String
  ) throws -> [Double] {
    let shape = images.shape
    let graph = network.graph(height: shape[1], width: shape[2], channels: shape[3])
    return try CPUExecutable<Double>(
      compiling: graph, parameters: network.parameters, outputs: [output]
    ).run(["images": images])[output]?.elements ?? []
  }

  /// `[N, C, H, W]` to `[N, H, W, C]`.
  static func channelsLast(_ tensor: StoredTensor) -> Tensor<Double> {
    let (shape, elements) = (tensor.shape, tensor.elements(as: Double.self))
    let (channels, area) = (shape[1], shape[2] * shape[3])
    return Tensor(
      shape: [shape[0], shape[2], shape[3], channels],
      elements: elements.indices.map { index in
        let (pixel, channel) = index.quotientAndRemainder(dividingBy: channels)
        let (image, place) = pixel.quotientAndRemainder(dividingBy: area)
        return elements[(image * channels + channel) * area + place]
      })
  }
}

/// For graphs without parameters.
struct NoParameters: ParameterSource {
  func elements<Element: BinaryFloatingPoint>(
    of name: String, shape: Shape, as type: Element.Type
  ) -> [Element] { [] }
}
