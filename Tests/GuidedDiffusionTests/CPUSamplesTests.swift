import Testing

@testable import GuidedDiffusion

/// The CPU plan, driven by the sampler, against samples of the official release.
@Suite("CPU samples") struct CPUSamplesTests {
  @Test(
    "samples of the official release",
    arguments: [
      ("unguided.steps4", nil, 4), ("unguided.steps18", nil, 18),
      ("autoguidance.w2.1.steps18", ("tiny-weak", 2.1), 18),
      ("uncond-guidance.w1.4.steps18", ("tiny-uncond", 1.4), 18),
    ] as [(String, (String, Double)?, Int)])
  func samples(name: String, guide: (String, Double)?, steps: Int) throws {
    let vectors = try Fixture.safetensors("sampling.safetensors")
    func tensor(_ name: String) throws -> Tensor<Float> {
      let stored = try #require(vectors[name])
      return Tensor(shape: stored.shape, elements: stored.elements(as: Float.self)).channelsLast
    }
    let labels = try #require(vectors["class_labels"]).elements(as: Float.self)
    let classes = (0..<2).compactMap { image in
      labels[image * 10..<(image + 1) * 10].firstIndex(of: 1).map { $0 - image * 10 }
    }
    var settings = SamplerSettings()
    settings.steps = steps
    settings.guidance = guide.map { [$0.1] } ?? []

    func sample<Element: CPUScalar>(_: Element.Type) throws -> [Float] {
      let main = try ReferenceNetwork("tiny-cond")
      let guides = try guide.map { [try ReferenceNetwork($0.0)] } ?? []
      let plan = CPUPlan<Float, Element>(
        main: try main.denoiser(), guides: try guides.map { try $0.denoiser() }, capacity: 2)
      return try HeunSampler<Float>(settings).sample(
        plan, noise: try tensor("noise").elements, classes: classes
      ) { [] }
    }
    let expected = try tensor(name).elements
    print(
      relativeError(try sample(Float.self), expected),
      relativeError(try sample(Double.self), expected))
    #expect(relativeError(try sample(Float.self), expected) <= 1e-3)
    #expect(relativeError(try sample(Double.self), expected) <= 1e-3)
  }
}
