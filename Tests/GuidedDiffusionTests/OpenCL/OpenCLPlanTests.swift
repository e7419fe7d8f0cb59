import Testing

@testable import GuidedDiffusion

extension OnDevice {
  @Suite("OpenCL plan") struct PlanTests {
    /// A main network with classes and a guide of the same images.
    static func networks(guides: Int) throws -> (
      main: PreconditionedNetwork, guides: [PreconditionedNetwork]
    ) {
      let names = ["tiny-weak.pkl", "tiny-uncond.pkl"]
      return (
        PreconditionedNetwork(try EDM2Network(Fixture.path("tiny-cond.pkl"))),
        try names.prefix(guides).map { PreconditionedNetwork(try EDM2Network(Fixture.path($0))) }
      )
    }

    /// Two steps, one of them with noise added before, one without guidance.
    static func run<State: SamplerScalar>(
      _ plan: any GuidedPlan<State>, images: Range<Int>, weights: [Double]
    )
      throws -> [State]
    {
      func normals(seed: UInt64) -> [State] {
        images.flatMap { image -> [State] in
          var numbers = RandomNumbers(seed: seed + UInt64(image))
          return numbers.normals(16 * 16 * 3)
        }
      }
      try plan.begin(x: normals(seed: 1).map { 5 * $0 }, classes: images.map { $0 % 10 })
      try plan.euler(from: 5, to: 2, weights: weights)
      try plan.correct(from: 5, to: 2, weights: weights)
      try plan.addNoise(normals(seed: 100), scale: 0.5)
      try plan.euler(from: 2.1, to: 1, weights: nil)
      try plan.correct(from: 2.1, to: 1, weights: nil)
      try plan.euler(from: 1, to: 0, weights: weights)
      return try plan.finish()
    }

    @Test(
      "agrees with the CPU plan in Double",
      arguments: [[], [2.1], [0.3], [1.5, 1.7]], [true, false])
    func agrees(weights: [Double], isDouble: Bool) throws {
      let (main, guides) = try Self.networks(guides: weights.count)
      let context = try OnDevice.context()
      let oracle = CPUPlan<Double, Double>(
        main: try CPUDenoiser(compiling: main.graph, parameters: main.parameters),
        guides: try guides.map { try CPUDenoiser(compiling: $0.graph, parameters: $0.parameters) },
        capacity: 3)
      let expected = try Self.run(oracle, images: 0..<3, weights: weights)
      let actual: [Double] =
        isDouble
        ? try Self.run(
          OpenCLPlan<Double>(main: main, guides: guides, capacity: 3, on: context),
          images: 0..<3, weights: weights)
        : try Self.run(
          OpenCLPlan<Float>(main: main, guides: guides, capacity: 3, on: context),
          images: 0..<3, weights: weights
        ).map { Double($0) }
      #expect(relativeError(actual, expected) <= 1e-4)
    }

    @Test("guides on a device of their own give the same bits", arguments: [1, 2])
    func remoteGuides(count: Int) throws {
      let (main, guides) = try Self.networks(guides: count)
      let context = try OnDevice.context()
      let weights = count == 1 ? [2] : [1.5, 1.7]
      let together = try OpenCLPlan<Float>(
        main: main, guides: guides, capacity: 3, on: context)
      let apart = try OpenCLPlan<Float>(
        main: main, guides: guides, capacity: 3, on: context, guidesOn: Context(context.device))
      #expect(apart.multiplyAdds == together.multiplyAdds)
      #expect(apart.launches.count < together.launches.count)
      // A smaller batch after a larger one finds nothing of it.
      for images in [0..<3, 4..<5, 0..<3] {
        #expect(
          try Self.run(apart, images: images, weights: weights)
            == Self.run(together, images: images, weights: weights))
      }
    }

    @Test("gives an image the same bits whatever its batch", arguments: Accuracy.allCases)
    func batchDoesNotMatter(accuracy: Accuracy) throws {
      let (main, guides) = try Self.networks(guides: 1)
      let context = try OnDevice.context()
      let many = try OpenCLPlan<Float>(
        main: main, guides: guides, capacity: 5,
        options: OpenCLOptions(table: .cpu(accuracy)), on: context)
      let one = try OpenCLPlan<Float>(
        main: main, guides: guides, capacity: 1,
        options: OpenCLOptions(table: .cpu(accuracy)), on: context)
      let together = try Self.run(many, images: 0..<5, weights: [2])
      for image in 0..<5 {
        let alone = try Self.run(one, images: image..<image + 1, weights: [2])
        #expect(Array(together[image * 768..<(image + 1) * 768]) == alone)
        let first = try Self.run(many, images: image..<image + 1, weights: [2])
        #expect(first == alone)
      }
    }
  }
}
