import Testing

@testable import GuidedDiffusion

/// Networks in `Double`: what rounding inside them costs shows beside the same runs in `Float`.
@Suite("CPU samples") struct CPUSamplesTests {
  @Test(
    "the oracle gives the official samples",
    arguments: SamplingCase.all.filter { $0.file == "sampling" })
  func oracle(run: SamplingCase) throws {
    try run.check { main, guides in
      func denoiser(_ network: EDM2Network) throws -> CPUDenoiser<Double> {
        try CPUDenoiser(compiling: network.configuration.graph(), parameters: network.parameters)
      }
      return CPUPlanFactory(main: try denoiser(main), guides: try guides.map(denoiser))
    }
  }
}
