import Testing

@testable import GuidedDiffusion

@Suite("Parity of samples") struct SamplingParityTests {
  @Test("the fallback gives the official samples", arguments: SamplingCase.all)
  func fallback(run: SamplingCase) throws {
    try run.check { main, guides in
      func denoiser(_ network: EDM2Network) throws -> CPUDenoiser<Float> {
        try CPUDenoiser(compiling: network.configuration.graph(), parameters: network.parameters)
      }
      return CPUPlanFactory(main: try denoiser(main), guides: try guides.map(denoiser))
    }
  }

  @Test("bits do not depend on batch, order or company")
  func company() async throws {
    try await checkCompany(on: .fallback)
  }
}

extension OnDevice {
  @Suite("Parity of samples, OpenCL") struct SamplingParityTests {
    @Test(
      "an OpenCL device gives the official samples", arguments: SamplingCase.all, TestedTable.all)
    func openCL(run: SamplingCase, tested: TestedTable) throws {
      let device = try #require(try OpenCLDevice.all().first, "no OpenCL device")
      let options = OpenCLOptions(table: tested.table)
      try run.check(equalBytes: tested.equalBytes) {
        EDM2Plans(main: $0, guides: $1, device: .openCL(device), options: options)
      }
    }

    @Test("bits do not depend on batch, order or company")
    func company() async throws {
      let device = try #require(try OpenCLDevice.all().first, "no OpenCL device")
      try await checkCompany(on: .openCL(device))
    }
  }
}

/// Samples the same seeds in batches of 5, 1 and 2, with churn and guidance, and compares bits.
private func checkCompany(on device: ComputeDevice) async throws {
  let main = try EDM2Network(Fixture.path("tiny-cond.pkl"))
  let guide = try EDM2Network(Fixture.path("tiny-uncond.pkl"))
  var settings = SamplerSettings()
  (settings.steps, settings.guidance, settings.churn.amount) = (4, [2], 2)
  settings.interval = .steps(1...2)
  func images(_ seeds: [Int], batch: Int) async throws -> [SampledImage] {
    let sampler = Sampler(
      main: main, guides: [guide], settings: settings, device: device, batch: batch)
    var images: [SampledImage] = []
    for try await image in sampler.images(seeds: seeds) { images.append(image) }
    return images
  }
  let whole = try await images(Array(0..<5), batch: 5)
  for image in try await images([3], batch: 1) + images([4, 0, 2], batch: 2) {
    let bits = image.values.map(\.bitPattern)
    #expect(bits == whole[image.seed].values.map(\.bitPattern), "seed \(image.seed)")
  }
}
