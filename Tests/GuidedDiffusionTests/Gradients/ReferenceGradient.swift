import Testing

@testable import GuidedDiffusion

/// A training loss and the gradients of its mean over images that the official release gave.
struct ReferenceGradient: Sendable {
  /// Outputs: `loss`, and every parameter's gradient.
  let graph: Graph

  /// The trained parameters and the batch.
  let inputs: [String: Tensor<Double>]

  /// What is not trained: frequencies and phases.
  let constants: any ParameterSource

  let loss: [Double]
  let gradients: [String: [Double]]

  /// Number of images.
  let batch: Int

  var outputs: [String] {
    gradients.keys.sorted().map(TrainingGraph.gradientName) + ["loss"]
  }

  /// Loss and gradients against the recorded ones, relative to their rms.
  func check(_ results: [String: Tensor<some CPUScalar>], tolerance: Double) throws {
    let loss = try #require(results["loss"]).elements.map { Double($0) }
    let actual = self.loss.count == 1 ? [loss.reduce(0, +) / Double(batch)] : loss
    #expect(relativeError(actual, self.loss) < tolerance)
    for (name, expected) in gradients {
      let gradient = try #require(results[TrainingGraph.gradientName(name)])
      let actual = gradient.elements.map { Double($0) / Double(batch) }
      let error = relativeError(actual, expected)
      #expect(error < tolerance, "\(name): \(error)")
    }
  }
}

extension ReferenceGradient {
  /// The toy network: a gradient through its score, itself a gradient.
  static func toy() throws -> ReferenceGradient {
    let file = try Fixture.safetensors("toy.safetensors")
    func tensor(_ name: String, _ shape: [Int]) throws -> Tensor<Double> {
      Tensor(shape: shape, elements: try #require(file[name]).elements(as: Double.self))
    }
    let graph = ToyMLP().trainingGraph()
    var inputs = [
      "x": try tensor("train.samples", [256, 2]), "sigma": try tensor("train.sigma", [256, 1]),
      "target": try tensor("train.gt_scores", [256, 2]),
    ]
    var gradients: [String: [Double]] = [:]
    for (name, shape) in graph.parameters {
      inputs[name] = try tensor("main." + name, shape.dimensions)
      gradients[name] = try tensor("train.grad." + name, shape.dimensions).elements
    }
    return ReferenceGradient(
      graph: TrainingGraph(graph, constants: RandomParameters(seed: 1)).graph, inputs: inputs,
      constants: RandomParameters(seed: 1), loss: try tensor("train.loss", [1]).elements,
      gradients: gradients, batch: 256)
  }

  /// A U-Net, `tiny-cond` or `tiny-uncond`.
  static func network(_ name: String) throws -> ReferenceGradient {
    let reference = try ReferenceNetwork(name)
    let file = try Fixture.safetensors("\(name).gradient.safetensors")
    func tensor(_ name: String) throws -> Tensor<Double> {
      let stored = try #require(file[name])
      let tensor = Tensor(shape: stored.shape, elements: stored.elements(as: Double.self))
      return tensor.shape.count == 4 ? tensor.channelsLast : tensor
    }
    let (images, noise) = (try tensor("images"), try tensor("noise"))
    let sigma = try tensor("sigma").elements
    let noisy = images.elements.indices.map {
      images.elements[$0] + sigma[$0 / (16 * 16 * 3)] * noise.elements[$0]
    }
    var inputs = [
      "x": Tensor(shape: images.shape, elements: noisy), "target": images,
      "sigma": Tensor(shape: [2, 1], elements: sigma),
    ]
    if file["class_labels"] != nil { inputs["labels"] = try tensor("class_labels") }

    let parameters = reference.network.parameters
    var configuration = reference.network.configuration
    configuration.dropout = 0  // recorded without
    let graph = configuration.trainingGraph()
    var gradients: [String: [Double]] = [:]
    for (name, shape) in graph.parameters {
      guard let recorded = file["grad." + name] else { continue }
      gradients[name] = recorded.elements(as: Double.self)
      inputs[name] = Tensor(
        shape: shape.dimensions,
        elements: try parameters.elements(of: name, shape: shape, as: Double.self))
    }
    let training = TrainingGraph(graph, constants: parameters) { gradients[$0] != nil }
    return ReferenceGradient(
      graph: training.graph, inputs: inputs, constants: parameters,
      loss: try tensor("loss").elements, gradients: gradients, batch: 2)
  }
}
