import Testing

@testable import GuidedDiffusion

extension OnDevice {
  /// Whole networks on the kernels for GPUs, which run on any device.
  @Suite("Networks on kernels for GPUs") struct GPUNetworkTests {
    @Test(
      "every block agrees with the Double backend",
      arguments: ["tiny-cond", "tiny-weak", "tiny-uncond", "small-latent"])
    func blocks(name: String) throws {
      let errors = try Self.errors(of: name, outputs: nil, .single)
      for (name, error) in errors { #expect(error <= 1, "\(name): \(error)") }
    }

    @Test(
      "halves are exact enough",
      arguments: ["tiny-cond", "tiny-weak", "tiny-uncond", "small-latent"])
    func halves(name: String) throws {
      // The result alone: nothing between the blocks is kept in single precision.
      let errors = try Self.errors(of: name, outputs: ["raw", "denoised"], .half)
      for (name, error) in errors { #expect(error <= 1, "\(name): \(error)") }
    }

    private static func errors(
      of name: String, outputs: [String]?, _ tested: TestedKernels
    ) throws -> [String: Double] {
      let reference = try ReferenceNetwork(name)
      let graph = reference.graph
      let outputs = outputs ?? graph.names.keys.sorted()
      let expected = try CPUExecutable<Double>(
        compiling: graph, parameters: reference.network.parameters, outputs: outputs
      ).run(reference.inputs())
      let inputs: [String: Tensor<Float>] = reference.inputs()
      let executable = try OpenCLExecutable(
        compiling: graph, parameters: reference.network.parameters, outputs: outputs,
        capacity: #require(inputs["sigma"]).shape[0],
        options: tested.options, on: OnDevice.context(), isolated: false)
      let actual = try executable.run(inputs)
      return expected.reduce(into: [:]) { errors, output in
        errors[output.key] = tested.error(
          actual[output.key]?.elements ?? [], output.value.elements)
      }
    }

    @Test(
      "an image has the same bits whatever its batch", arguments: Precision.allCases,
      [GPUEngine.portable, .emulation])
    func batchDoesNotMatter(precision: Precision, engine: GPUEngine) throws {
      let (main, guides) = try PlanTests.networks(guides: 1)
      var options = OpenCLOptions(kernels: .gpu, precision: precision)
      options.engine = engine
      let context = try OnDevice.context()
      let many = try OpenCLPlan<Float>(
        main: main, guides: guides, capacity: 3, options: options, on: context)
      let one = try OpenCLPlan<Float>(
        main: main, guides: guides, capacity: 1, options: options, on: context)
      let together = try PlanTests.run(many, images: 0..<3, weights: [2])
      let pair = try PlanTests.run(many, images: 1..<3, weights: [2])
      #expect(Array(together[768...]) == pair)
      for image in 0..<3 {
        let alone = try PlanTests.run(one, images: image..<image + 1, weights: [2])
        #expect(Array(together[image * 768..<(image + 1) * 768]) == alone)
      }
    }

    @Test("what only training needs is refused in halves, in one line")
    func gradients() throws {
      var graph = Graph()
      let x = graph.input("x", .batched(4, 4, 8))
      let y = graph.convolution(x, graph.parameter("w", 8, 8, 3, 3), padding: .all(1))
      graph.name(graph.gradient(of: y, withRespectTo: [x])[0], "g")
      func compile(_ kernels: KernelClass, _ precision: Precision) throws {
        _ = try OpenCLExecutable(
          compiling: graph, parameters: RandomParameters(seed: 1), outputs: ["g"], capacity: 1,
          options: OpenCLOptions(kernels: kernels, precision: precision), on: OnDevice.context(),
          isolated: false)
      }
      try compile(.gpu, .single)
      let error = #expect(throws: UnsupportedOperation.self) { try compile(.gpu, .half) }
      #expect(error?.detail == "gradients in half precision")
      #expect(throws: UnsupportedOperation.self) { try compile(.cpu, .half) }
    }
  }
}
