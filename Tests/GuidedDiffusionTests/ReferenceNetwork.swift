@testable import GuidedDiffusion

/// A small network with the numbers that the official release gave for it.
struct ReferenceNetwork {
  let network: EDM2Network
  private let vectors: SafetensorsFile

  init(_ name: String) throws {
    network = try EDM2Network(Fixture.path("\(name).pkl"))
    vectors = try Fixture.safetensors("\(name).forward.safetensors")
  }

  var graph: Graph { network.configuration.graph() }

  /// The recorded inputs.
  func inputs<Element: CPUScalar>() -> [String: Tensor<Element>] {
    var inputs: [String: Tensor<Element>] = [:]
    inputs["x"] = tensor("x")
    let sigma: Tensor<Element>? = tensor("sigma")
    inputs["sigma"] = sigma.map { Tensor(shape: [$0.shape[0], 1], elements: $0.elements) }
    inputs["labels"] = tensor("class_labels")
    return inputs
  }

  /// The recorded output of a block or of the network, by its name in the graph.
  func output(_ name: String) -> Tensor<Float>? {
    tensor(name) ?? tensor("act." + name)
  }

  /// A recorded tensor, images as `[N, H, W, C]`.
  private func tensor<Element: CPUScalar>(_ name: String) -> Tensor<Element>? {
    guard let stored = vectors[name] else { return nil }
    let tensor = Tensor(shape: stored.shape, elements: stored.elements(as: Element.self))
    return tensor.shape.count == 4 ? tensor.channelsLast : tensor
  }
}

extension Tensor {
  /// `[N, C, H, W]` as `[N, H, W, C]`.
  var channelsLast: Tensor {
    let (channels, pixels) = (shape[1], shape[2] * shape[3])
    let elements = (0..<shape[0]).flatMap { image in
      (0..<pixels).flatMap { pixel in
        (0..<channels).map { self.elements[(image * channels + $0) * pixels + pixel] }
      }
    }
    return Tensor(shape: [shape[0], shape[2], shape[3], channels], elements: elements)
  }
}
