import Testing

@testable import GuidedDiffusion

@Suite("CPU executable") struct CPUExecutableTests {
  static let configuration = EDM2GraphTests.tiny

  /// Inputs of the tiny network for some images; image i is always the same.
  static func inputs<Element: CPUScalar>(_ images: Range<Int>) -> [String: Tensor<Element>] {
    var (x, sigma, labels): ([Element], [Element], [Element]) = ([], [], [])
    for image in images {
      var numbers = RandomNumbers(seed: UInt64(image))
      let level = Element(Float(0.02 + 3 * numbers.uniform()))
      x += (numbers.normals(16 * 16 * 3) as [Float]).map { Element($0) * level }
      sigma.append(level)
      labels += (0..<10).map { $0 == image % 10 ? 1 : 0 }
    }
    return [
      "x": Tensor(shape: [images.count, 16, 16, 3], elements: x),
      "sigma": Tensor(shape: [images.count, 1], elements: sigma),
      "labels": Tensor(shape: [images.count, 10], elements: labels),
    ]
  }

  @Test("an image's bits do not depend on its company")
  func company() throws {
    let executable = try CPUExecutable<Float>(
      compiling: Self.configuration.graph(), parameters: RandomParameters(seed: 1),
      outputs: ["denoised", "logvar"])
    let together = executable.run(Self.inputs(0..<5))
    for image in 0..<5 {
      let alone = executable.run(Self.inputs(image..<image + 1))
      for (name, tensor) in alone {
        let count = tensor.elements.count
        let all = try #require(together[name]).elements
        #expect(Array(all[image * count..<(image + 1) * count]) == tensor.elements, "\(name)")
      }
    }
  }

  @Test("Float agrees with Double in every block")
  func precision() throws {
    let graph = Self.configuration.graph()
    let outputs = Array(graph.names.keys)
    let single = try CPUExecutable<Float>(
      compiling: graph, parameters: RandomParameters(seed: 1), outputs: outputs
    ).run(Self.inputs(0..<2))
    let double = try CPUExecutable<Double>(
      compiling: graph, parameters: RandomParameters(seed: 1), outputs: outputs
    ).run(Self.inputs(0..<2))
    for name in outputs {
      let error = relativeError(
        try #require(single[name]).elements, try #require(double[name]).elements)
      #expect(error <= 1e-4, "\(name): \(error)")
    }
  }

  @Test("keeps unit magnitude through random blocks")
  func magnitude() throws {
    // At initialisation every gain is 0 in the official code; here the embedding acts, too.
    let graph = Self.configuration.graph()
    let executable = try CPUExecutable<Double>(
      compiling: graph, parameters: RandomParameters(seed: 1), outputs: ["enc.8x8_block0"])
    let y = try #require(executable.run(Self.inputs(0..<4))["enc.8x8_block0"]).elements
    let rms = (y.reduce(0) { $0 + $1 * $1 } / Double(y.count)).squareRoot()
    #expect(0.5 < rms && rms < 2, "\(rms)")
  }

  @Test("evaluates constants one at a time, batched ones for one image")
  func constants() throws {
    var graph = Graph()
    let stored = graph.parameter("w", 6, 5)
    let weights = graph.normalize(stored, .allButFirst)
    let rows = graph.gather(weights, [5, 4, 3])
    let one = graph.fill(1, .batched(2, 2, 1))
    let evaluator = ConstantEvaluator<Double>(graph: graph, parameters: RandomParameters(seed: 1))
    let all = try evaluator.elements(of: weights)
    #expect(
      try evaluator.elements(of: rows) == Array(all[25...] + all[20..<25] + all[15..<20]))
    #expect(try evaluator.elements(of: one) == [1, 1, 1, 1])
  }

  @Test("hands out constants and values that other steps use")
  func outputs() throws {
    var graph = Graph()
    let x = graph.input("x", .batched(2))
    let doubled = graph.scale(x, by: 2)
    let shifted = graph.unary(.affine(scale: 1, shift: 1), doubled)
    graph.name(x, "x")
    graph.name(doubled, "doubled")
    graph.name(shifted, "shifted")
    graph.name(graph.fill(7, .batched(1)), "seven")
    graph.name(graph.parameter("p", 2), "p")
    let executable = try CPUExecutable<Double>(
      compiling: graph, parameters: RandomParameters(seed: 1),
      outputs: ["x", "doubled", "shifted", "seven", "p"])
    let y = executable.run(["x": Tensor(shape: [2, 2], elements: [1, 2, 3, 4])])
    #expect(y["doubled"] == Tensor(shape: [2, 2], elements: [2, 4, 6, 8]))
    #expect(y["shifted"] == Tensor(shape: [2, 2], elements: [3, 5, 7, 9]))
    #expect(y["x"] == Tensor(shape: [2, 2], elements: [1, 2, 3, 4]))
    #expect(y["seven"] == Tensor(shape: [2, 1], elements: [7, 7]))
    #expect(y["p"]?.shape == [2])
  }
}
