import Foundation
import Testing

@testable import GuidedDiffusion

extension OnDevice {
  /// Images of a guided pair on the kernels for GPUs.
  @Suite("Samples on kernels for GPUs") struct GPUSampleTests {
    @Test("single precision gives the official samples")
    func official() throws {
      let device = try #require(try OpenCLDevice.all().first, "no OpenCL device")
      let run = try #require(
        SamplingCase.all.first { $0.tensor == "autoguidance.w2.1.steps18.float64" })
      try run.check {
        EDM2Plans(
          main: $0, guides: $1, device: .openCL(device), options: TestedKernels.single.options)
      }
    }

    @Test("halves make no difference that one sees")
    func halves() async throws {
      let (single, half) = (
        try await Self.bytes(TestedKernels.single.options),
        try await Self.bytes(TestedKernels.half.options)
      )
      let squares = zip(single, half).map { ($0 - $1) * ($0 - $1) }.reduce(0, +)
      let noise = 10 * log10(255 * 255 * Double(single.count) / squares)
      // 255 of the peak to 1 of the error is 48 dB.
      #expect(noise >= 45, "\(noise) dB")
      #expect(single != half, "halves that are not used")
    }

    /// Pixels of two guided images.
    private static func bytes(_ options: OpenCLOptions) async throws -> [Double] {
      let device = try #require(try OpenCLDevice.all().first, "no OpenCL device")
      var settings = SamplerSettings()
      (settings.steps, settings.guidance) = (6, [2])
      let sampler = Sampler(
        main: try EDM2Network(Fixture.path("fashion-main.pkl")),
        guides: [try EDM2Network(Fixture.path("fashion-weak.pkl"))], settings: settings,
        device: .openCL(device), options: options, batch: 2)
      var bytes: [Double] = []
      for try await image in sampler.images(seeds: 0..<2) {
        bytes += image.values.map { Double(decodedPixel($0)) }
      }
      return bytes
    }
  }
}
