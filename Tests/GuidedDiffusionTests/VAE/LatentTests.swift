import Testing

@testable import GuidedDiffusion

/// Pictures of latents and latents of pictures, on a device and on the fallback.
extension OnDevice {
  @Suite("Latents") struct LatentTests {
    @Test("pixels of an EDM2 network's latents are at most 1 off", arguments: [false, true])
    func pixels(onFallback: Bool) throws {
      let decoder = try LatentDecoder(
        VAE(TinyVAE.decoderPath), device: onFallback ? .fallback : .automatic)
      let (images, expected) = try Self.images()
      let pictures = try decoder.pixels(of: images)
      #expect(pictures.count == images.count)
      for (actual, expected) in zip(pictures.flatMap(\.self), expected) {
        #expect(abs(Double(actual) - expected) <= 1)
      }
      // Alone as in company.
      #expect(try decoder.pixels(of: [images[1]]) == [pictures[1]])
    }

    @Test("moments lie as datasets hold them")
    func moments() throws {
      let encoder = try LatentEncoder(VAE(TinyVAE.encoderPath), batch: 2)
      var numbers = RandomNumbers(seed: 5)
      let pixels = (0..<3 * 16 * 24 * 3).map { _ in UInt8(numbers.uniform() * 256) }
      let moments = try encoder.moments(of: pixels, height: 16, width: 24)
      #expect(moments.map(\.count) == [48, 48, 48])
      let oracle = try CPUExecutable<Double>(
        compiling: encoder.vae.encoderGraph(height: 16, width: 24),
        parameters: encoder.vae.parameters, outputs: ["moments"])
      let input = Tensor(shape: [3, 16, 24, 3], elements: pixels.map { Double($0) / 255 })
      let expected = try #require(oracle.run(["image": input])["moments"]).elements
      // [N, 2, 3, 8] to [N, 8, 2, 3]
      var planes: [Double] = []
      for image in 0..<3 {
        for channel in 0..<8 {
          for pixel in 0..<6 { planes.append(expected[(image * 6 + pixel) * 8 + channel]) }
        }
      }
      #expect(relativeError(moments.flatMap(\.self), planes) < 2e-4)
    }

    @Test("a file of one half says what it lacks")
    func halves() throws {
      let decoder = try VAE(TinyVAE.decoderPath)
      let error = #expect(throws: CheckpointError.self) { try LatentEncoder(decoder) }
      #expect(error?.reason == "the file has a decoder only, no encoder")
      let encoder = try VAE(TinyVAE.encoderPath)
      let other = #expect(throws: CheckpointError.self) { try LatentDecoder(encoder) }
      #expect(other?.reason == "the file has an encoder only, no decoder")
    }

    /// Recorded latents as a sampler hands them out, and their recorded pixels.
    private static func images() throws -> ([SampledImage], [Double]) {
      let latents = try TinyVAE.vector("edm2_latents")
      let size = latents.shape.dropFirst().reduce(1, *)
      let images = (0..<latents.shape[0]).map { index in
        SampledImage(
          seed: index, classIndex: nil, height: latents.shape[1], width: latents.shape[2],
          channels: latents.shape[3],
          values: latents.elements[index * size..<(index + 1) * size].map { Float($0) },
          encoder: .publishedLatents)
      }
      return (images, try TinyVAE.vector("edm2_pixels").elements)
    }
  }
}
