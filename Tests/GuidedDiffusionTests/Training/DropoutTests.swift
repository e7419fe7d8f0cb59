import Testing

@testable import GuidedDiffusion

@Suite("dropout") struct DropoutTests {
  static let images = 40
  static let shape = Shape.batched(9, 7, 20)

  /// Ones with dropout in two layers, under the keys of a training's images.
  static func graph(_ probability: Double) -> Graph {
    var graph = Graph()
    let (x, keys) = (graph.input("x", shape), graph.input("dropout", .batched(4)))
    for stream in 0..<2 {
      let dropout = Dropout(probability: probability, stream: stream)
      graph.name(graph.dropout(x, keys: keys, dropout), "y\(stream)")
    }
    return graph
  }

  static let inputs: [String: Tensor<Float>] = [
    "x": Tensor(
      shape: [images] + shape.dimensions,
      elements: [Float](repeating: 1, count: images * shape.count)),
    "dropout": Tensor(
      shape: [images, 4],
      elements: (0..<images).flatMap { TrainingDraws(seed: 3, sequence: $0).key }),
  ]

  static func masks(_ probability: Double) throws -> [[Float]] {
    let results = try CPUExecutable<Float>(
      compiling: graph(probability), parameters: RandomParameters(seed: 1), outputs: ["y0", "y1"]
    ).run(inputs)
    return [try #require(results["y0"]).elements, try #require(results["y1"]).elements]
  }

  /// Whether a count fits a binomial distribution, to 4.5 standard deviations.
  static func fits(_ count: Int, of total: Int, _ probability: Double) -> Bool {
    let deviation = (Double(total) * probability * (1 - probability)).squareRoot()
    return abs(Double(count) - Double(total) * probability) < 4.5 * deviation
  }

  @Test("the share that is dropped, and independence of layers, images and channels")
  func statistics() throws {
    for p in [0.1, 0.5, 0.8] {
      let masks = try Self.masks(p)
      let total = masks[0].count
      for mask in masks {
        #expect(Self.fits(mask.count { $0 == 0 }, of: total, p))
        #expect(mask.allSatisfy { $0 == 0 || abs($0 * Float(1 - p) - 1) < 1e-4 })
      }
      func both(_ a: some Collection<Float>, _ b: some Collection<Float>) -> Bool {
        Self.fits(zip(a, b).count { $0 == 0 && $1 == 0 }, of: min(a.count, b.count), p * p)
      }
      #expect(both(masks[0], masks[1]), "layers")
      #expect(both(masks[0], masks[0].dropFirst(Self.shape.count)), "images")
      for distance in [1, 2, 8, Self.shape.channels] {
        #expect(both(masks[0], masks[0].dropFirst(distance)), "elements \(distance) apart")
      }
    }
  }

  @Test("an image drops the same in any company; other seeds drop other elements")
  func reproducible() throws {
    let executable = try CPUExecutable<Float>(
      compiling: Self.graph(0.3), parameters: RandomParameters(seed: 1), outputs: ["y0"])
    let (count, all) = (Self.shape.count, try Self.masks(0.3)[0])
    func mask(seed: Int) throws -> [Float] {
      let inputs = [
        "x": Tensor(
          shape: [1] + Self.shape.dimensions, elements: [Float](repeating: 1, count: count)),
        "dropout": Tensor(
          shape: [1, 4], elements: TrainingDraws(seed: seed, sequence: 7).key),
      ]
      return try #require(executable.run(inputs)["y0"]).elements
    }
    #expect(try mask(seed: 3) == Array(all[7 * count..<8 * count]))
    #expect(try mask(seed: 4) != mask(seed: 3))
  }

  @Test("its gradient is itself")
  func gradient() throws {
    try GradientRulesTests.check([.batched(2, 3, 11)]) { graph, x in
      let keys = graph.fill(777, .batched(4))
      return graph.dropout(x[0], keys: keys, Dropout(probability: 0.4, stream: 5))
    }
  }

  @Test("a network drops in training alone, and only with a probability")
  func networks() throws {
    var configuration = try ReferenceNetwork("tiny-cond").network.configuration
    func inputs(_ graph: Graph) -> [String] { graph.inputs.map(\.name) }
    configuration.dropout = 0
    let without = configuration.trainingGraph()
    #expect(!inputs(without).contains("dropout"))
    configuration.dropout = 0.1
    let with = configuration.trainingGraph()
    #expect(inputs(with).contains("dropout"))
    #expect(!inputs(configuration.graph()).contains("dropout"))
    let layers = with.nodes.compactMap { node in
      if case .dropout(let dropout) = node.operation { dropout } else { nil }
    }
    let blocks = with.parameters.count { $0.name.hasSuffix("conv_res1.weight") }
    #expect(layers.count == blocks && Set(layers).count == blocks)
    #expect(with.nodes.count == without.nodes.count + blocks + 1)
  }
}

extension OnDevice {
  @Suite("dropout") struct OpenCLDropoutTests {
    @Test("the mask is the CPU's")
    func mask() throws {
      let executable = try OpenCLExecutable(
        compiling: DropoutTests.graph(0.3), parameters: RandomParameters(seed: 1),
        outputs: ["y0", "y1"], capacity: DropoutTests.images, on: OnDevice.context())
      let results = try executable.run(DropoutTests.inputs)
      let expected = try DropoutTests.masks(0.3)
      #expect(results["y0"]?.elements == expected[0])
      #expect(results["y1"]?.elements == expected[1])
    }

    @Test("steps with dropout are those of Double, and a resumed training goes on bit for bit")
    func resume() throws {
      let training = try DropoutTraining()
      let device = try training.onDevice(training.start)
      let double = try training.trainer(
        CPUTraining<Double>(training.training, state: training.start), training.start)
      for _ in 0..<2 {
        let (actual, expected) = (try training.step(device), try training.step(double))
        #expect(abs(actual / expected - 1) < 1e-3)
      }
      let resumed = try training.onDevice(try device.state())
      for _ in 0..<2 {
        #expect(try training.step(device) == training.step(resumed))
      }
      #expect(try device.state().parts == resumed.state().parts)
    }
  }
}
