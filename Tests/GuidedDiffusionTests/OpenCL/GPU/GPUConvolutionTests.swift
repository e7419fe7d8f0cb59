import KernelCases
import Testing

@testable import GuidedDiffusion

extension OnDevice {
  @Suite("Convolution on a GPU") struct GPUConvolutionTests {
    @Test(
      "agrees with the Double backend at the edges of its tiles", arguments: GPUConvolutionCase.all)
    func cases(item: GPUConvolutionCase) throws {
      let error = try item.error(on: OnDevice.context())
      #expect(error <= item.tolerance, "\(item)")
    }

    @Test(
      "gives the same bits in the order of a matrix engine's tiles",
      arguments: GPUConvolutionCase.all.filter { $0.trial.engine == .emulation })
    func bits(item: GPUConvolutionCase) throws {
      let portable = GPUConvolutionCase(item, engine: .portable)
      #expect(
        try item.result(on: OnDevice.context()) == portable.result(on: OnDevice.context()),
        "\(item)")
    }

    @Test("gives an image the same bits in any batch", arguments: [GPUEngine.portable, .emulation])
    func batches(engine: GPUEngine) throws {
      let context = try OnDevice.context()
      var numbers = RandomNumbers(seed: 7)
      var trial = GPUConvolutionTrial(sources: [9], outputs: 12)
      (trial.height, trial.width, trial.kernel, trial.padding) = (5, 7, 3, 1)
      trial.engine = engine
      let x: [Float] = numbers.normals(3 * 5 * 7 * 9)
      let weights: [Float] = numbers.normals(12 * 9 * 9)
      let together = try trial.run([x], weights: weights, on: context)
      let alone = try trial.run([Array(x[630...])], weights: weights, on: context)
      #expect(Array(together[840...]) == alone)
    }
  }
}
