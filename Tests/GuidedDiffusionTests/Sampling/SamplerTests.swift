import Synchronization
import Testing

@testable import GuidedDiffusion

@Suite("Sampler") struct SamplerTests {
  private func images(
    _ sampler: Sampler, _ seeds: [Int], classIndex: Int? = nil
  ) async throws -> [SampledImage] {
    var images: [SampledImage] = []
    for try await image in sampler.images(seeds: seeds, classIndex: classIndex) {
      images.append(image)
    }
    return images
  }

  private var churning: SamplerSettings {
    var settings = SamplerSettings()
    settings.steps = 6
    settings.churn.amount = 3
    settings.churn.sigmaMax = 50
    return settings
  }

  @Test("an image is the same in any batch, order and company")
  func company() async throws {
    for precision in SamplerSettings.StatePrecision.allCases {
      for noise in NoiseKind.allCases {
        var settings = churning
        (settings.precision, settings.noise) = (precision, noise)
        let whole = try await images(
          Sampler(plans: AnalyticFactory(), settings: settings), Array(0..<7))
        #expect(whole.map(\.seed) == Array(0..<7))
        let order = [5, 2, 2, 6, 0]
        let parts = try await images(
          Sampler(plans: AnalyticFactory(), settings: settings, batch: 2), order)
        #expect(parts.map(\.seed) == order)
        for image in parts {
          #expect(image.values == whole[image.seed].values)
          #expect(image.classIndex == whole[image.seed].classIndex)
        }
      }
    }
  }

  @Test("an image depends on seed, class, noise kind and churn")
  func dependence() async throws {
    let base = try await images(Sampler(plans: AnalyticFactory(), settings: churning), [3])[0]
    let drawn = try #require(base.classIndex)
    var changed: [SampledImage] = []
    for change in 0..<3 {
      var settings = churning
      if change == 1 { settings.noise = .cpu }
      if change == 2 { settings.churn.amount = 0 }
      let sampler = Sampler(plans: AnalyticFactory(), settings: settings)
      changed.append(try await images(sampler, [change == 0 ? 4 : 3], classIndex: drawn)[0])
    }
    for image in changed { #expect(image.values != base.values) }
    let sampler = Sampler(plans: AnalyticFactory(), settings: churning)
    let same = try await images(sampler, [3], classIndex: drawn)[0]
    #expect(same.values == base.values)
    let other = try await images(sampler, [3], classIndex: (drawn + 1) % 10)[0]
    #expect(other.values != base.values)
  }

  @Test("a network without classes draws none")
  func unconditional() async throws {
    let sampler = Sampler(plans: AnalyticFactory(classCount: 0), settings: churning)
    #expect(try await images(sampler, [1])[0].classIndex == nil)
    #expect(throws: SettingsError.self) { try sampler.validate(classIndex: 0) }
    await #expect(throws: SettingsError.self) { try await images(sampler, [1], classIndex: 0) }
  }

  @Test("classes and weights out of range have their line")
  func validation() {
    let sampler = Sampler(plans: AnalyticFactory(), settings: churning)
    for classIndex in [-1, 10] {
      let error = #expect(throws: SettingsError.self) {
        try sampler.validate(classIndex: classIndex)
      }
      #expect(error?.description == "class is \(classIndex): give 0 to 9")
    }
    #expect(throws: Never.self) { try sampler.validate(classIndex: 9) }
    let guided = Sampler(plans: AnalyticFactory(guideCount: 1), settings: churning)
    #expect(throws: SettingsError.self) { try guided.validate() }
  }

  @Test("settings that cannot be used are refused at the first image, not before")
  func wrongSettings() async throws {
    for change in [\.sigmaMin, \.sigmaMax, \.rho] as [WritableKeyPath<SamplerSettings, Double>] {
      for number in [Double.nan, -1, 0] {
        var settings = churning
        settings[keyPath: change] = number
        let sampler = Sampler(plans: AnalyticFactory(), settings: settings)
        await #expect(throws: SettingsError.self) { try await images(sampler, [1]) }
      }
    }
    var settings = churning
    settings.steps = 0
    let sampler = Sampler(plans: AnalyticFactory(), settings: settings)
    await #expect(throws: SettingsError.self) { try await images(sampler, [1]) }
  }

  @Test("no seeds, no images")
  func empty() async throws {
    #expect(try await images(Sampler(plans: AnalyticFactory()), []).isEmpty)
  }

  @Test("tries half the batch when memory is short, and compiles once per size")
  func memory() async throws {
    let factory = AnalyticFactory(memory: 3)
    let sampler = Sampler(plans: factory, settings: churning, batch: 8)
    let small = try await images(sampler, Array(0..<9))
    #expect(factory.capacities.withLock { $0 } == [8, 4, 2])
    let roomy = try await images(
      Sampler(plans: AnalyticFactory(), settings: churning), Array(0..<9))
    #expect(small.map(\.values) == roomy.map(\.values))
    await #expect(throws: SamplingError.self) {
      try await images(Sampler(plans: AnalyticFactory(memory: 0), batch: 2), [1, 2])
    }
  }

  @Test("cancellation stops between steps")
  func cancellation() async throws {
    let steps = Mutex(0)
    let sampler = Sampler(plans: AnalyticFactory(), settings: churning)
    let task = Task {
      for try await _ in sampler.images(
        seeds: 0..<100,
        progress: { progress in
          steps.withLock { $0 += 1 }
          if progress.step == 2 { unsafe withUnsafeCurrentTask { unsafe $0?.cancel() } }
        })
      {}
    }
    await #expect(throws: CancellationError.self) { try await task.value }
    #expect(steps.withLock { $0 } == 2)
  }

  @Test("progress counts steps and images up to the whole")
  func progress() async throws {
    let reports = Mutex<[SamplingProgress]>([])
    let sampler = Sampler(plans: AnalyticFactory(), settings: churning, batch: 2)
    for try await _ in sampler.images(
      seeds: 0..<3, progress: { progress in reports.withLock { $0.append(progress) } })
    {}
    let all = reports.withLock { $0 }
    #expect(all.count == 12)
    #expect(all.map(\.fraction) == all.map(\.fraction).sorted() && all.last?.fraction == 1)
    #expect(
      all[6]
        == SamplingProgress(
          finished: 2, total: 3, batch: 1, step: 1, steps: 6, imageSteps: 1))
  }

  @Test("pixels are truncated as in the official decoder")
  func pixels() {
    let cases: [(Float, UInt8)] = [
      (-1, 0), (1, 255), (0, 128), (-1.004, 0), (-0.999, 0), (0.99, 254), (0.0039, 128),
      (0.00393, 128), (0.00785, 129), (-0.0001, 127), (.infinity, 255), (.nan, 0), (-9, 0),
    ]
    for (x, pixel) in cases { #expect(decodedPixel(x) == pixel, "\(x)") }
  }

  @Test("latents give raw values and a preview")
  func latents() throws {
    let image = SampledImage(
      seed: 0, classIndex: nil, height: 1, width: 2, channels: 4,
      values: [0, 0.5, -0.5, 9, 1, -1, 0.25, 9], encoder: .publishedLatents)
    let raw = try #require(image.rawLatents)
    let expected: [Float] = [
      5.81, 5.81 + 4.17 / 0.5, 3.25 + 4.62, 3.25 - 9.24, 0.12 - 3.71, 0.12 + 1.855,
      -2.15 + 9 * 6.56, -2.15 + 9 * 6.56,
    ]
    for (a, b) in zip(raw, expected) { #expect((a - b).magnitude < 1e-4) }
    #expect(image.pictureChannels == 3)
    #expect(image.picture == [128, 191, 64, 255, 0, 159])
  }
}
