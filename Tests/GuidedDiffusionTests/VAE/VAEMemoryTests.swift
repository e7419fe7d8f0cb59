import Testing

@testable import GuidedDiffusion

extension OnDevice {
  /// The published network, of which nothing is computed, and parts of large images.
  @Suite("VAE, memory") struct VAEMemoryTests {
    @Test("pictures of 512x512 fit 2.5 GB in allocations of 1 GiB", arguments: [true, false])
    func published(isDecoder: Bool) throws {
      try PublishedVAE.with { vae in
        #expect(vae.decoder?.pixelsPerLatent == 8 && vae.encoder?.pixelsPerLatent == 8)
        let graph =
          isDecoder
          ? vae.decoderGraph(height: 64, width: 64) : vae.encoderGraph(height: 512, width: 512)
        let output = isDecoder ? "image" : "moments"
        let options = OpenCLOptions(weightBudget: .max)
        let lowered = try LoweredGraph(
          graph, parameters: vae.parameters, outputs: [output], capacity: 1, options: options,
          shared: [:], on: OnDevice.context())
        let (_, sizes) = Arena.place(lowered.regions, alignment: 128, limit: 1 << 30)
        #expect(sizes.allSatisfy { $0 <= 1 << 30 }, "\(sizes)")
        let weights = AlgorithmPlan(graph, outputs: [output], options).bytes
        let (activations, bytes) = (sizes.reduce(0, +), sizes.reduce(weights, +))
        #expect(bytes < 2_500_000_000, "weights \(weights), activations \(activations)")
        // The paper's count takes element-wise operations in.
        if isDecoder { #expect(1_257e9...1_258e9 ~= Double(graph.multiplyAdds)) }
      }
    }

    @Test("the bits of an image do not depend on the parts it is computed in")
    func parts() throws {
      let vae = try VAE(TinyVAE.decoderPath)
      let latents = try TinyVAE.vector("latents")
      let input = Tensor(shape: latents.shape, elements: latents.elements.map { Float($0) })
      let images = try [128 << 20, 1 << 19, 1].map { workspace in
        var options = OpenCLOptions()
        options.workspace = workspace
        let executable = try OpenCLExecutable(
          compiling: vae.decoderGraph(height: 8, width: 8), parameters: vae.parameters,
          outputs: ["image"], capacity: 3, options: options, on: OnDevice.context(),
          isolated: false)
        return try executable.run(["latents": input])["image"]?.elements
      }
      #expect(images[0] != nil && images[0] == images[1] && images[0] == images[2])
    }
  }
}
