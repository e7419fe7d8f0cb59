import Foundation
import Testing

@testable import GuidedDiffusion

@Suite("trainer") struct TrainerTests {
  /// A loss whose gradient is its input: Σ w x.
  static func linear() -> TrainingGraph {
    var graph = Graph()
    let x = graph.input("x", .batched(3))
    let product = graph.binary(.multiply, x, graph.parameter("w", 3))
    graph.name(graph.sum(product, to: .batched(1)), "loss")
    return TrainingGraph(graph, constants: RandomParameters(seed: 1))
  }

  static let start = TrainingState(initial: ["w": [0.5, -1, 2]], averages: 1)

  /// Steps along given gradients; `w` and its average.
  static func run(
    _ backend: any TrainingBackend, gradients: [[Float]]
  ) throws -> (w: [Float], average: [Float]) {
    let average = try #require(PowerFunctionEMA(length: 0.1))
    var rates = [0.1, 0.05, 0.02].makeIterator()
    for (step, gradient) in gradients.enumerated() {
      try backend.clearGradients()
      try backend.addGradients(of: ["x": Tensor(shape: [1, 3], elements: gradient)])
      let beta = average.beta(at: Double(step + 1), step: 1)
      try backend.update(
        ParameterUpdate(
          scale: 1, adam: Adam(), step: step + 1, rate: rates.next() ?? 0,
          averageWeights: [1 - beta]))
    }
    return (
      try #require(try backend.read(.parameters)["w"]),
      try #require(try backend.read(.average(0))["w"])
    )
  }

  /// By `torch.optim.Adam` in float64 from (0.5, -1, 2) with rates 0.1, 0.05, 0.02.
  static let gradients: [[Float]] = [[1, -2, 0.5], [0.1, 3, -0.25], [-4, 0, 1e-6]]
  static let expected: [Float] = [0.372_442_590_673, -0.916_209_193_634, 1.882_532_437_265]

  @Test("Adam's steps are PyTorch's")
  func adam() throws {
    let backend = try CPUTraining<Double>(Self.linear(), state: Self.start)
    let (w, average) = try Self.run(backend, gradients: Self.gradients)
    #expect(relativeError(w, Self.expected) < 1e-7)
    #expect(average != w)
  }

  @Test("a gradient that is not finite counts as zero")
  func notFinite() throws {
    let zero = try CPUTraining<Double>(Self.linear(), state: Self.start)
    let expected = try Self.run(zero, gradients: [[1, 1, 1], [0, 0, 0]])
    let broken = try CPUTraining<Double>(Self.linear(), state: Self.start)
    let actual = try Self.run(broken, gradients: [[1, 1, 1], [.nan, .infinity, -.infinity]])
    #expect(actual == expected)
  }

  @Test("parameters lie apart, aligned, with gaps of zeros")
  func layout() {
    let shapes: [(name: String, shape: Shape)] = [
      ("a", .fixed(3, 5)), ("gain", .fixed()), ("b", .fixed(2, 3, 3, 3)),
    ]
    let layout = ParameterLayout(shapes, alignment: 32)
    #expect(layout.entries.map(\.offset) == [0, 32, 64])
    #expect(layout.count == 128)
    let packed = layout.pack { [Float](repeating: 1, count: $0.shape.count) }
    #expect(packed.reduce(0, +) == 70)
    #expect(layout.unpack(packed)["b"]?.count == 54)
    let rows = layout.weightRows
    #expect(rows.map(\.offset) == [0, 5, 10, 64, 91])
    #expect(rows.map(\.length) == [5, 5, 5, 27, 27])
  }

  @Test("a state survives its file bit for bit, and others are refused in one line")
  func file() throws {
    let parameters = [("w", Shape.fixed(3))]
    var state = Self.start
    (state.step, state.time) = (7, 1234)
    try Fixture.withTemporaryFolder { folder in
      let path = folder + "/state.safetensors"
      try state.write(to: path, parameters: parameters, settings: "a")
      let read = try TrainingState(path, parameters: parameters, averages: 1, settings: "a")
      #expect(read.parts == state.parts && read.step == 7 && read.time == 1234)
      let other = #expect(throws: CheckpointError.self) {
        try TrainingState(path, parameters: parameters, averages: 1, settings: "b")
      }
      #expect(other?.description.contains("other settings") == true)
      #expect(throws: CheckpointError.self) {
        try TrainingState(path, parameters: [("w", .fixed(4))], averages: 1, settings: "a")
      }
      #expect(throws: CheckpointError.self) {
        try TrainingState(path, parameters: parameters, averages: 2, settings: "a")
      }
      try Data(contentsOf: URL(filePath: path)).dropLast(5).write(to: URL(filePath: path))
      #expect(throws: CheckpointError.self) {
        try TrainingState(path, parameters: parameters, averages: 1, settings: "a")
      }
    }
  }
}

extension OnDevice {
  @Suite("trainer") struct OpenCLTrainerTests {
    @Test("Adam, averages and what is not finite, as in Double")
    func adam() throws {
      let gradients = TrainerTests.gradients + [[.nan, .infinity, 1]]
      let double = try TrainerTests.run(
        try CPUTraining<Double>(TrainerTests.linear(), state: TrainerTests.start),
        gradients: gradients)
      let device = try TrainerTests.run(
        try OpenCLTraining(
          TrainerTests.linear(), state: TrainerTests.start, capacity: 2,
          on: OnDevice.context()), gradients: gradients)
      #expect(relativeError(device.w, double.w) < 1e-6)
      #expect(relativeError(device.average, double.average) < 1e-6)
    }

    @Test("weights are normalised row by row, gains and gaps are left alone")
    func normalization() throws {
      var graph = Graph()
      let x = graph.input("x", .batched(5))
      let y = graph.linear(x, graph.parameter("a", 3, 5))
      let z = graph.binary(.multiply, y, graph.parameter("gain"))
      let w = graph.linear(z, graph.parameter("b", 17, 3))
      graph.name(graph.sum(w, to: .batched(1)), "loss")
      let training = TrainingGraph(graph, constants: RandomParameters(seed: 1))
      var numbers = RandomNumbers(seed: 4)
      let state = TrainingState(
        initial: ["a": numbers.normals(15), "gain": [3], "b": numbers.normals(51)], averages: 0)
      let double = try CPUTraining<Double>(training, state: state)
      let device = try OpenCLTraining(
        training, state: state, capacity: 1, on: OnDevice.context())
      double.normalizeWeights()
      try device.normalizeWeights()
      let (expected, actual) = (double.read(.parameters), try device.read(.parameters))
      for name in ["a", "b"] {
        #expect(
          relativeError(try #require(actual[name]), try #require(expected[name])) < 1e-6)
      }
      #expect(actual["gain"] == [3])
      #expect(actual["a"] != state.parts[.parameters]?["a"])
    }

    /// Points of a standard normal with their true score.
    private static func batch(_ seed: UInt64, count: Int) -> [String: Tensor<Float>] {
      var numbers = RandomNumbers(seed: seed)
      let x: [Float] = numbers.normals(2 * count)
      let sigma = (0..<count).map { _ in Float(0.1 + numbers.uniform()) }
      let score = x.indices.map { -x[$0] / (1 + sigma[$0 / 2] * sigma[$0 / 2]) }
      return [
        "x": Tensor(shape: [count, 2], elements: x),
        "sigma": Tensor(shape: [count, 1], elements: sigma),
        "target": Tensor(shape: [count, 2], elements: score),
      ]
    }

    private static func trainer(
      _ backend: any TrainingBackend, _ state: TrainingState
    ) throws -> Trainer {
      let settings = Trainer.Settings(
        schedule: LearningRateSchedule(reference: 0.01, decay: 4),
        averages: [try #require(PowerFunctionEMA(length: 0.05))])
      return Trainer(backend, settings: settings, step: state.step, time: state.time)
    }

    @Test("a toy network learns on both backends alike, in parts or at once, and resumes")
    func toy() throws {
      let network = ToyMLP(features: 16, layers: 2)
      let training = TrainingGraph(
        network.trainingGraph(), constants: RandomParameters(seed: 1))
      let state = TrainingState(initial: network.initialParameters(seed: 3), averages: 1)
      let context = try OnDevice.context()
      func onDevice(_ state: TrainingState) throws -> Trainer {
        let backend = try OpenCLTraining(training, state: state, capacity: 64, on: context)
        return try Self.trainer(backend, state)
      }
      let double = try Self.trainer(CPUTraining<Double>(training, state: state), state)
      let device = try onDevice(state)
      let inParts = try onDevice(state)
      var losses: [(Double, Double)] = []
      for step in 0..<12 {
        let batch = Self.batch(UInt64(step), count: 64)
        let halves = [0..<32, 32..<64].map { range in
          batch.mapValues { tensor in
            let width = tensor.shape[1]
            return Tensor(
              shape: [32, width],
              elements: Array(
                tensor.elements[range.lowerBound * width..<range.upperBound * width]))
          }
        }
        losses.append(
          (
            try double.step([batch], images: 64, duration: 1),
            try device.step([batch], images: 64, duration: 1)
          ))
        try inParts.step(halves, images: 64, duration: 1)
      }
      for (a, b) in losses { #expect(abs(a / b - 1) < 1e-3) }
      #expect(losses[11].0 < 0.7 * losses[0].0)
      let (first, second) = (try double.state(), try device.state())
      for (name, weights) in try #require(second.parts[.average(0)]) {
        let expected = try #require(first.parts[.average(0)]?[name])
        #expect(relativeError(weights, expected) < 2e-2, "\(name)")
      }
      let parts = try inParts.state()
      for (name, weights) in try #require(parts.parts[.parameters]) {
        let expected = try #require(second.parts[.parameters]?[name])
        #expect(relativeError(weights, expected) < 2e-2, "\(name) in parts")
      }

      // Stopped in the middle and gone on: the same bits.
      let start = try onDevice(state)
      for step in 0..<5 {
        try start.step([Self.batch(UInt64(step), count: 64)], images: 64, duration: 1)
      }
      let middle = try start.state()
      let resumed = try onDevice(middle)
      for step in 5..<12 {
        try resumed.step([Self.batch(UInt64(step), count: 64)], images: 64, duration: 1)
      }
      #expect(try resumed.state().parts == second.parts)
    }
  }
}
