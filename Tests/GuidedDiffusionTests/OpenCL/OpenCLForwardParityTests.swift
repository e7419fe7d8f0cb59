import Testing

@testable import GuidedDiffusion

extension OnDevice {
  /// The OpenCL backend against the Double backend on the reference networks, block by block.
  @Suite("Forward parity, OpenCL") struct ForwardParityTests {
    @Test(
      "every block agrees with the Double backend",
      arguments: ["tiny-cond", "tiny-weak", "tiny-uncond", "small-latent"], TestedTable.all)
    func blocks(name: String, tested: TestedTable) throws {
      let reference = try ReferenceNetwork(name)
      let graph = reference.graph
      let outputs = graph.names.keys.sorted()
      let double = try CPUExecutable<Double>(
        compiling: graph, parameters: reference.network.parameters, outputs: outputs
      ).run(reference.inputs())
      let inputs: [String: Tensor<Float>] = reference.inputs()
      let batch = try #require(inputs["sigma"]).shape[0]
      let single = try OpenCLExecutable(
        compiling: graph, parameters: reference.network.parameters, outputs: outputs,
        capacity: batch, table: tested.table, on: OnDevice.context()
      ).run(inputs)
      for name in outputs {
        let error = relativeError(
          try #require(single[name]).elements, try #require(double[name]).elements)
        #expect(error <= tested.blockError, "\(name): \(error)")
      }
    }
  }
}
