import Testing

@testable import GuidedDiffusion

/// The CPU backend against the official release's numbers on small networks, block by block.
@Suite("Forward parity") struct ForwardParityTests {
  @Test(
    "every block agrees with the reference",
    arguments: ["tiny-cond", "tiny-weak", "tiny-uncond", "small-latent"])
  func blocks(name: String) throws {
    let reference = try ReferenceNetwork(name)
    let graph = reference.graph
    let outputs = graph.names.keys.sorted()
    let double = try CPUExecutable<Double>(
      compiling: graph, parameters: reference.network.parameters, outputs: outputs
    ).run(reference.inputs())
    let single = try CPUExecutable<Float>(
      compiling: graph, parameters: reference.network.parameters, outputs: outputs
    ).run(reference.inputs())
    for name in outputs {
      let expected = try #require(double[name])
      if let recorded = reference.output(name) {
        let error = relativeError(expected.elements, recorded.elements)
        #expect(error <= 2e-5, "Double, \(name): \(error)")
      } else {
        #expect(name == "raw")
      }
      let error = relativeError(try #require(single[name]).elements, expected.elements)
      #expect(error <= 1e-4, "Float, \(name): \(error)")
    }
  }
}
