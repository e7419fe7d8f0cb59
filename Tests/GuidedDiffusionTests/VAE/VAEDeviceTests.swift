import Foundation
import Testing

@testable import GuidedDiffusion

extension OnDevice {
  @Suite("VAE, OpenCL") struct VAEDeviceTests {
    @Test("the decoder agrees with PyTorch", arguments: TestedKernels.all)
    func decoder(tested: TestedKernels) throws {
      let vae = try VAE(TinyVAE.decoderPath)
      let result = try Self.run(
        vae.decoderGraph(height: 8, width: 8), vae, "latents", TinyVAE.vector("latents"), "image",
        tested)
      let expected = try TinyVAE.vector("decoded").elements
      let error = tested.error(result, expected)
      #expect(error <= 1, "\(error)")
    }

    @Test("the encoder agrees with PyTorch", arguments: TestedKernels.all)
    func encoder(tested: TestedKernels) throws {
      let vae = try VAE(TinyVAE.encoderPath)
      let result = try Self.run(
        vae.encoderGraph(height: 64, width: 64), vae, "image", TinyVAE.vector("image"), "moments",
        tested)
      let error = tested.error(result, try TinyVAE.moments())
      #expect(error <= 1, "\(error)")
    }

    @Test(
      "one head of 512 channels over more pixels than are looked at once",
      arguments: TestedKernels.all)
    func wideAttention(tested: TestedKernels) throws {
      var graph = Graph()
      let parts = ["q", "k", "v"].map { graph.input($0, .batched(18, 16, 512)) }
      graph.name(
        graph.attention(parts[0], parts[1], parts[2], heads: 1, scale: 1 / 512.0.squareRoot()), "y")
      let inputs = Dictionary(
        uniqueKeysWithValues: ["q", "k", "v"].enumerated().map { part, name in
          let elements = (0..<288 * 512).map { sin(Double($0 &* (7919 + 104 * part) & 0xffff)) }
          return (name, Tensor(shape: [1, 18, 16, 512], elements: elements))
        })
      let parameters = RandomParameters(seed: 1)
      let oracle = try CPUExecutable<Double>(
        compiling: graph, parameters: parameters, outputs: ["y"])
      let executable = try OpenCLExecutable(
        compiling: graph, parameters: parameters, outputs: ["y"], capacity: 1,
        options: tested.options, on: OnDevice.context(), isolated: false)
      let actual = try executable.run(
        inputs.mapValues { Tensor(shape: $0.shape, elements: $0.elements.map { Float($0) }) })
      let expected = try #require(oracle.run(inputs)["y"])
      #expect(tested.error(actual["y"]?.elements ?? [], expected.elements) <= 1)
    }

    private static func run(
      _ graph: Graph, _ vae: VAE, _ input: String, _ x: Tensor<Double>, _ output: String,
      _ tested: TestedKernels
    ) throws -> [Float] {
      let executable = try OpenCLExecutable(
        compiling: graph, parameters: vae.parameters, outputs: [output], capacity: x.shape[0],
        options: tested.options, on: OnDevice.context(), isolated: false)
      let x = Tensor(shape: x.shape, elements: x.elements.map { Float($0) })
      return try executable.run([input: x])[output]?.elements ?? []
    }
  }
}
