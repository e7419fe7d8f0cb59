import Testing

@testable import GuidedDiffusion

extension OnDevice {
  @Suite("VAE, OpenCL") struct VAEDeviceTests {
    @Test("the decoder agrees with PyTorch")
    func decoder() throws {
      let vae = try VAE(TinyVAE.decoderPath)
      let result = try Self.run(
        vae.decoderGraph(height: 8, width: 8), vae, "latents", TinyVAE.vector("latents"), "image")
      let expected = try TinyVAE.vector("decoded").elements
      let error = relativeError(result, expected)
      #expect(error < 1e-4, "\(error)")
    }

    @Test("the encoder agrees with PyTorch")
    func encoder() throws {
      let vae = try VAE(TinyVAE.encoderPath)
      let result = try Self.run(
        vae.encoderGraph(height: 64, width: 64), vae, "image", TinyVAE.vector("image"), "moments")
      let error = relativeError(result, try TinyVAE.moments())
      #expect(error < 1e-4, "\(error)")
    }

    private static func run(
      _ graph: Graph, _ vae: VAE, _ input: String, _ x: Tensor<Double>, _ output: String
    ) throws -> [Float] {
      let executable = try OpenCLExecutable(
        compiling: graph, parameters: vae.parameters, outputs: [output], capacity: x.shape[0],
        on: OnDevice.context())
      let x = Tensor(shape: x.shape, elements: x.elements.map { Float($0) })
      return try executable.run([input: x])[output]?.elements ?? []
    }
  }
}
