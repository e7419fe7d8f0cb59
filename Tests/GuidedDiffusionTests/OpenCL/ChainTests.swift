import Testing

@testable import GuidedDiffusion

extension OnDevice {
  /// Launches over rows that become one.
  @Suite("chains") struct ChainTests {
    private let capacity = 1100

    /// The 2D example's loss and gradients.
    private func executable(joinsRows: Bool) throws -> OpenCLExecutable {
      let network = ToyMLP(features: 24, layers: 2)
      let training = TrainingGraph(
        network.trainingGraph(), constants: RandomParameters(seed: 0))
      var options = OpenCLOptions(table: .cpu(.standard))
      options.joinsRows = joinsRows
      return try OpenCLExecutable(
        compiling: training.graph, parameters: training.constants, outputs: training.outputs,
        capacity: capacity, options: options, on: OnDevice.context(), isolated: false)
    }

    @Test("computes the same bits in a few launches, whatever the batch")
    func sameBits() throws {
      let joined = try executable(joinsRows: true)
      let single = try executable(joinsRows: false)
      #expect(joined.launches.filter { $0.name.hasPrefix("chain") }.count == 1)
      #expect(joined.launches.count < single.launches.count * 2 / 3)
      #expect(joined.memory.activations < single.memory.activations)
      #expect(joined.multiplyAdds == single.multiplyAdds)
      let network = ToyMLP(features: 24, layers: 2)
      var random = RandomNumbers(seed: 3)
      for batch in [capacity, 700, 275, 64, 1] {
        var inputs = [
          "x": random.tensor(batch, 2), "target": random.tensor(batch, 2),
          "sigma": Tensor<Double>(
            shape: [batch, 1], elements: (0..<batch).map { 0.1 + Double($0 % 17) }),
        ]
        for (name, shape) in network.trainingGraph().parameters {
          let elements: Tensor<Double> = random.tensor(shape.count)
          inputs[name] = Tensor(shape: shape.dimensions, elements: elements.elements)
        }
        let floats = inputs.mapValues {
          Tensor(shape: $0.shape, elements: $0.elements.map { Float($0) })
        }
        let (a, b) = (try joined.run(floats), try single.run(floats))
        #expect(a.keys.sorted() == b.keys.sorted())
        for (name, expected) in b {
          #expect(a[name]?.elements == expected.elements, "\(name), batch \(batch)")
          #expect(expected.elements.contains { $0 != 0 && $0.isFinite }, "\(name)")
        }
      }
    }
  }
}
