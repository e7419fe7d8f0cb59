import Synchronization
import Testing

@testable import GuidedDiffusion

@Suite("Sampler on several devices") struct SeveralPlacesTests {
  private var settings: SamplerSettings {
    var settings = SamplerSettings()
    settings.steps = 4
    settings.churn.amount = 3
    settings.churn.sigmaMax = 50
    return settings
  }

  private func sampler(_ factory: AnalyticFactory, batch: Int = 32) -> Sampler {
    Sampler(plans: factory, settings: settings, batch: batch)
  }

  private func images(_ sampler: Sampler, _ seeds: [Int]) async throws -> [SampledImage] {
    var images: [SampledImage] = []
    for try await image in sampler.images(seeds: seeds) { images.append(image) }
    return images
  }

  @Test("images and their order are those of one device", arguments: [2, 3, 5], [1, 2, 4, 32])
  func same(width: Int, batch: Int) async throws {
    let seeds = [7, 3, 3, 0, 11, 4, 9, 1, 2, 8, 20, 5, 6]
    let expected = try await images(sampler(AnalyticFactory()), seeds)
    let factory = AnalyticFactory(width: width)
    for count in [0, 1, width, seeds.count] {
      let actual = try await images(sampler(factory, batch: batch), Array(seeds.prefix(count)))
      #expect(actual.map(\.seed) == Array(seeds.prefix(count)))
      #expect(actual.map(\.values) == expected.prefix(count).map(\.values))
    }
    #expect(factory.parts.allSatisfy { !$0.capacities.withLock(\.isEmpty) })
  }

  @Test("batches are of equal size, so that no device is left without work")
  func shares() async throws {
    let factory = AnalyticFactory(width: 2)
    _ = try await images(sampler(factory, batch: 32), Array(0..<40))
    #expect(factory.parts.map { $0.capacities.withLock { $0 } } == [[20], [20]])
  }

  @Test("each device finds the batch that fits its memory")
  func memory() async throws {
    let expected = try await images(sampler(AnalyticFactory()), Array(0..<17))
    let actual = try await images(
      sampler(AnalyticFactory(memory: 2, width: 2), batch: 8), Array(0..<17))
    #expect(actual.map(\.values) == expected.map(\.values))
    await #expect(throws: SamplingError.self) {
      try await images(sampler(AnalyticFactory(memory: 0, width: 3), batch: 2), Array(0..<9))
    }
  }

  @Test("progress grows from step to step of all devices up to the whole")
  func progress() async throws {
    let reports = Mutex<[SamplingProgress]>([])
    let sampler = sampler(AnalyticFactory(width: 3), batch: 2)
    for try await _ in sampler.images(
      seeds: 0..<24, progress: { progress in reports.withLock { $0.append(progress) } })
    {}
    let all = reports.withLock { $0 }
    #expect(all.count == 12 * 4)
    #expect(all.map(\.fraction) == all.map(\.fraction).sorted() && all.last?.fraction == 1)
    #expect(all.allSatisfy { $0.total == 24 && $0.finished + $0.batch <= 24 })
  }

  @Test("a cancelled run stops all devices between steps, and waits for them")
  func cancellation() async throws {
    let steps = Mutex(0)
    let sampler = sampler(AnalyticFactory(width: 2), batch: 1)
    let task = Task {
      for try await image in sampler.images(
        seeds: 0..<1000, progress: { _ in steps.withLock { $0 += 1 } })
      {
        if image.seed == 3 { unsafe withUnsafeCurrentTask { unsafe $0?.cancel() } }
      }
    }
    await #expect(throws: CancellationError.self) { try await task.value }
    let atTheEnd = steps.withLock { $0 }
    #expect(atTheEnd >= 4 * 4 && atTheEnd < 20 * 4)
    try await Task.sleep(for: .milliseconds(50))
    #expect(steps.withLock { $0 } == atTheEnd)
  }

  @Test("a task that is cancelled from outside stops within a batch", arguments: [1, 2, 3])
  func outerCancellation(width: Int) async throws {
    var settings = settings
    settings.steps = 50_000
    let sampler = Sampler(plans: AnalyticFactory(width: width), settings: settings, batch: 1)
    let steps = Mutex(0)
    let task = Task {
      for try await _ in sampler.images(
        seeds: 0..<6, progress: { _ in steps.withLock { $0 += 1 } })
      {}
    }
    while steps.withLock({ $0 }) < 2 { try await Task.sleep(for: .milliseconds(1)) }
    task.cancel()
    await #expect(throws: CancellationError.self) { try await task.value }
    #expect(steps.withLock { $0 } < 50_000)
  }

  @Test("runs may share the devices of one sampler")
  func twoRuns() async throws {
    let sampler = sampler(AnalyticFactory(width: 2), batch: 3)
    async let one = images(sampler, Array(0..<20))
    async let other = images(sampler, Array(10..<30))
    let (a, b) = try await (one, other)
    #expect(a.map(\.seed) == Array(0..<20) && b.map(\.seed) == Array(10..<30))
    #expect(a[10...].map(\.values) == b[..<10].map(\.values))
  }
}
