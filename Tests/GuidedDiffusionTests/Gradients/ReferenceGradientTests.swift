import Testing

@testable import GuidedDiffusion

/// Gradients that the official release gave.
@Suite("gradients of the reference networks") struct ReferenceGradientTests {
  @Test("every parameter of the toy network, through its score")
  func toy() throws {
    let reference = try ReferenceGradient.toy()
    try reference.check(try Self.run(reference, as: Double.self), tolerance: 1e-5)
    try reference.check(try Self.run(reference, as: Float.self), tolerance: 1e-4)
  }

  @Test("every parameter of the U-Nets", arguments: ["tiny-cond", "tiny-uncond"])
  func network(name: String) throws {
    let reference = try ReferenceGradient.network(name)
    #expect(reference.gradients.count > 50)
    try reference.check(try Self.run(reference, as: Double.self), tolerance: 1e-4)
    try reference.check(try Self.run(reference, as: Float.self), tolerance: 1e-4)
  }

  private static func run<Element: CPUScalar>(
    _ reference: ReferenceGradient, as type: Element.Type
  ) throws -> [String: Tensor<Element>] {
    let executable = try CPUExecutable<Element>(
      compiling: reference.graph, parameters: reference.constants, outputs: reference.outputs)
    return executable.run(
      reference.inputs.mapValues {
        Tensor(shape: $0.shape, elements: $0.elements.map { Element($0) })
      })
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
      let density = try #require(results["logDensity"]).elements
      #expect(relativeError(density, try elements("main.logp")) < 1e-5)
    }
    let score = try #require(results["score"]).elements
    #expect(relativeError(score, try elements("\(name).score")) < 1e-4)
  }
}

extension OnDevice {
  @Suite("gradients of the reference networks") struct OpenCLGradientTests {
    @Test("every parameter of the toy network, through its score")
    func toy() throws { try check(.toy(), .cpu(.standard)) }

    @Test("every parameter of the U-Nets", arguments: ["tiny-cond", "tiny-uncond"])
    func network(name: String) throws {
      for table in [AlgorithmTable.cpu(.standard), .cpu(.strict), .forced(.direct)] {
        try check(.network(name), table)
      }
    }

    private func check(_ reference: ReferenceGradient, _ table: AlgorithmTable) throws {
      let executable = try OpenCLExecutable(
        compiling: reference.graph, parameters: reference.constants, outputs: reference.outputs,
        capacity: reference.batch, table: table, on: OnDevice.context())
      let results = try executable.run(
        reference.inputs.mapValues {
          Tensor(shape: $0.shape, elements: $0.elements.map { Float($0) })
        })
      try reference.check(results, tolerance: 1e-4)
    }
  }
}
