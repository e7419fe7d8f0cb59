import Testing

@testable import GuidedDiffusion

/// Gradients that the official release gave.
@Suite("gradients of the reference networks") struct ReferenceGradientTests {
  @Test("every parameter of the toy network, through its score")
  func toy() throws {
    let file = try Fixture.safetensors("toy.safetensors")
    func tensor(_ name: String, _ shape: [Int]) throws -> Tensor<Double> {
      Tensor(shape: shape, elements: try #require(file[name]).elements(as: Double.self))
    }
    var graph = ToyMLP().trainingGraph().withParametersAsInputs()
    let parameters = graph.inputs.filter { !$0.shape.isBatched }
    var inputs = [
      "x": try tensor("train.samples", [256, 2]), "sigma": try tensor("train.sigma", [256, 1]),
      "target": try tensor("train.gt_scores", [256, 2]),
    ]
    for (name, shape) in parameters {
      inputs[name] = try tensor("main." + name, shape.dimensions)
    }
    let loss = try #require(graph.names["loss"])
    let gradients = graph.gradient(
      of: loss, withRespectTo: parameters.map { graph.input($0.name, $0.shape) })
    for ((name, _), gradient) in zip(parameters, gradients) { graph.name(gradient, name) }
    let executable = try CPUExecutable<Double>(
      compiling: graph, parameters: RandomParameters(seed: 1),
      outputs: parameters.map(\.name) + ["loss"])
    let results = executable.run(inputs)

    let mean = try #require(results["loss"]).elements.reduce(0, +) / 256
    #expect(abs(mean / (try tensor("train.loss", [])).elements[0] - 1) < 1e-5)
    for (name, shape) in parameters {
      let expected = try tensor("train.grad." + name, shape.dimensions).elements
      let actual = try #require(results[name]).elements.map { $0 / 256 }
      let error = relativeError(actual, expected)
      #expect(error < 1e-5, "\(name): \(error)")
    }
  }

  @Test("log-density and score of the toy networks", arguments: [("main", 64), ("weak", 32)])
  func density(name: String, features: Int) throws {
    let file = try Fixture.safetensors("toy.safetensors")
    func elements(_ name: String) throws -> [Double] {
      try #require(file[name]).elements(as: Double.self)
    }
    let graph = ToyMLP(features: features).graph().withParametersAsInputs()
    var inputs = [
      "x": Tensor(shape: [64, 2], elements: try elements("gt.x")),
      "sigma": Tensor(shape: [64, 1], elements: try elements("gt.sigma")),
    ]
    for (parameter, shape) in graph.inputs where !shape.isBatched {
      inputs[parameter] = Tensor(
        shape: shape.dimensions, elements: try elements("\(name).\(parameter)"))
    }
    let results = try CPUExecutable<Double>(
      compiling: graph, parameters: RandomParameters(seed: 1), outputs: ["logDensity", "score"]
    ).run(inputs)
    if name == "main" {
      #expect(
        relativeError(try #require(results["logDensity"]).elements, try elements("main.logp"))
          < 1e-5)
    }
    #expect(
      relativeError(try #require(results["score"]).elements, try elements("\(name).score")) < 1e-4)
  }
}

extension ReferenceGradientTests {
  @Test("every parameter of the U-Nets", arguments: ["tiny-cond", "tiny-uncond"])
  func network(name: String) throws {
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

    let names = file.tensors.map { $0.name }.filter { $0.hasPrefix("grad.") }
      .map { String($0.dropFirst(5)) }
    var graph = reference.network.configuration.trainingGraph()
      .withParametersAsInputs(Set(names))
    let parameters = graph.inputs.filter { names.contains($0.name) }
    #expect(parameters.count == names.count)
    let source = reference.network.parameters
    for (name, shape) in parameters {
      inputs[name] = Tensor(
        shape: shape.dimensions,
        elements: try source.elements(of: name, shape: shape, as: Double.self))
    }
    let loss = try #require(graph.names["loss"])
    let gradients = graph.gradient(
      of: loss, withRespectTo: parameters.map { graph.input($0.name, $0.shape) })
    for ((name, _), gradient) in zip(parameters, gradients) { graph.name(gradient, name) }
    let results = try CPUExecutable<Double>(
      compiling: graph, parameters: source, outputs: parameters.map(\.name) + ["loss"]
    ).run(inputs)

    #expect(
      relativeError(try #require(results["loss"]).elements, try tensor("loss").elements) < 1e-5)
    for (name, _) in parameters {
      let expected = try #require(file["grad." + name]).elements(as: Double.self)
      let actual = try #require(results[name]).elements.map { $0 / 2 }
      let error = relativeError(actual, expected)
      #expect(error < 1e-4, "\(name): \(error)")
    }
  }
}
