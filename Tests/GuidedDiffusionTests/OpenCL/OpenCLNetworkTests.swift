import Testing

@testable import GuidedDiffusion

extension OnDevice {
  @Suite("OpenCL networks") struct NetworkTests {
    @Test("agrees with the Double backend in every block", arguments: Accuracy.allCases)
    func everyBlock(accuracy: Accuracy) throws {
      let configuration = EDM2Configuration(
        imageResolution: 32, imageChannels: 3, labelCount: 7, levelChannels: [32, 48, 64],
        noiseChannels: 32, embeddingChannels: 64, blocksPerLevel: 1, attentionResolutions: [16, 8],
        channelsPerHead: 16)
      let graph = configuration.graph()
      let names = graph.names.keys.filter { $0 != "logvar" }.sorted()
      let parameters = RandomParameters(seed: 1)
      let oracle = try CPUExecutable<Double>(
        compiling: graph, parameters: parameters, outputs: names)
      let executable = try OpenCLExecutable(
        compiling: graph, parameters: parameters, outputs: names, capacity: 3,
        table: .cpu(accuracy),
        on: OnDevice.context())
      var random = RandomNumbers(seed: 5)
      let x: Tensor<Double> = random.tensor(3, 32, 32, 3)
      let sigma = Tensor(shape: [3, 1], elements: [0.05, 1, 20])
      let labels = Tensor(
        shape: [3, 7], elements: (0..<21).map { $0 % 8 == 0 ? 1.0 : 0 })
      let inputs = ["x": x, "sigma": sigma, "labels": labels]
      let expected = oracle.run(inputs)
      let actual = try executable.run(
        inputs.mapValues { Tensor(shape: $0.shape, elements: $0.elements.map(Float.init)) })
      for name in names {
        let error = relativeError(
          try #require(actual[name]).elements, try #require(expected[name]).elements)
        #expect(error <= 1e-4, "\(name)")
      }
    }
  }
}
