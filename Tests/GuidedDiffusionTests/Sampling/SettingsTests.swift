import Testing

@testable import GuidedDiffusion

@Suite("Sampler settings") struct SettingsTests {
  /// One line of complaint per wrong setting, with the words that must stand in it.
  static let wrong:
    [(words: String, guides: Int, change: @Sendable (inout SamplerSettings) -> Void)] =
      [
        ("steps is 0", 0, { $0.steps = 0 }),
        ("sigma_min is 0.0", 0, { $0.sigmaMin = 0 }),
        ("sigma_min is nan", 0, { $0.sigmaMin = .nan }),
        ("sigma_max is 0.002", 0, { $0.sigmaMax = 0.002 }),
        ("sigma_max is inf", 0, { $0.sigmaMax = .infinity }),
        ("rho is 0.0", 0, { $0.rho = 0 }),
        ("guidance is nan", 1, { $0.guidance = [.nan] }),
        ("guidance is inf", 1, { $0.guidance = [.infinity] }),
        ("no guiding network", 0, { $0.guidance = [2] }),
        ("1 guidance weights for 2", 2, { $0.guidance = [2] }),
        ("beyond the last step, 31", 0, { $0.interval = .steps(3...32) }),
        ("is empty", 0, { $0.interval = .sigma(above: 2, through: 2) }),
        ("S_churn is -1.0", 0, { $0.churn.amount = -1 }),
        ("S_min is nan", 0, { $0.churn.sigmaMin = .nan }),
        ("S_max is 1.0", 0, { $0.churn = Self.churn(from: 2, to: 1) }),
        ("S_noise is inf", 0, { $0.churn.noise = .infinity }),
      ]

  private static func churn(from low: Double, to high: Double) -> SamplerSettings.Churn {
    var churn = SamplerSettings.Churn()
    (churn.sigmaMin, churn.sigmaMax) = (low, high)
    return churn
  }

  @Test("each wrong setting has its line", arguments: wrong.indices)
  func validation(index: Int) {
    let (words, guides, change) = Self.wrong[index]
    var settings = SamplerSettings()
    change(&settings)
    let error = #expect(throws: SettingsError.self) { try settings.validate(guides: guides) }
    let line = error?.description ?? ""
    #expect(line.contains(words) && !line.contains("\n"), "\(line)")
  }

  @Test("defaults are the official ones")
  func defaults() throws {
    let settings = SamplerSettings()
    try settings.validate(guides: 0)
    #expect((settings.steps, settings.rho) == (32, 7))
    #expect((settings.sigmaMin, settings.sigmaMax) == (0.002, 80))
    #expect(settings.churn.amount == 0 && settings.churn.noise == 1)
    #expect(settings.noise == .cuda && settings.precision == .float32)
    #expect(SeedList.standard == [16, 17, 18, 19])
  }

  @Test("the schedule of 32 steps has the published levels")
  func schedule() {
    let levels = Schedule<Double>(SamplerSettings()).levels
    #expect(levels.count == 33 && levels[32] == 0)
    #expect((levels[0] - 80).magnitude < 1e-12 && (levels[31] - 0.002).magnitude < 1e-15)
    #expect((levels[15] - 2.90153).magnitude < 5e-6 && (levels[22] - 0.28304).magnitude < 5e-6)
    let single = Schedule<Float>(SamplerSettings()).levels
    for (a, b) in zip(single, levels) { #expect((Double(a) - b).magnitude <= 3e-6 * b) }
  }

  @Test("one step goes from sigma_max to 0")
  func oneStep() {
    var settings = SamplerSettings()
    settings.steps = 1
    let levels = Schedule<Double>(settings).levels
    #expect(levels.count == 2 && (levels[0] - 80).magnitude < 1e-12 && levels[1] == 0)
  }

  /// The published rows for 32 steps, and why they are given as indices.
  @Test(
    "published intervals select the published steps",
    arguments: [((0.19, 1.61), 17...22), ((0.60, 5.00), 13...19)])
  func intervals(bounds: (Double, Double), steps: ClosedRange<Int>) {
    let levels = Schedule<Float>(SamplerSettings()).levels
    let interval = GuidanceInterval.sigma(above: bounds.0, through: bounds.1)
    let chosen = (0..<32).filter { interval.contains(step: $0, sigma: Double(levels[$0])) }
    #expect(chosen == Array(steps))
  }

  @Test("rounded bounds of the third row miss the published steps, indices do not")
  func roundedInterval() {
    let levels = Schedule<Float>(SamplerSettings()).levels.map(Double.init)
    let rounded = GuidanceInterval.sigma(above: 0.28, through: 2.90)
    let exact = GuidanceInterval.steps(15...21)
    #expect((0..<32).filter { rounded.contains(step: $0, sigma: levels[$0]) } == Array(16...22))
    #expect((0..<32).filter { exact.contains(step: $0, sigma: levels[$0]) } == Array(15...21))
  }

  @Test("intervals are read in both forms and written back")
  func intervalText() throws {
    #expect(try GuidanceInterval(parsing: "0.28,2.9") == .sigma(above: 0.28, through: 2.9))
    #expect(try GuidanceInterval(parsing: "steps:15-21") == .steps(15...21))
    for text in ["0.28,2.9", "0.0,inf", "steps:0-3"] {
      #expect(try GuidanceInterval(parsing: text).description == text)
    }
    for text in [
      "", "1", "2,1", "nan,1", "-1,1", "a,b", "1,2,3", "steps:3", "steps:4-3", "steps:-1-3",
    ] {
      #expect(throws: SettingsError.self, "\(text)") { try GuidanceInterval(parsing: text) }
    }
  }

  @Test("churn raises levels within its range only, by sqrt(2) - 1 at most")
  func churn() {
    var churn = Self.churn(from: 0.05, to: 50)
    #expect(churn.raise(1.0, steps: 8).deviation == nil)
    churn.amount = 4
    churn.noise = 1.5
    let (level, deviation) = churn.raise(2.0, steps: 8)
    let gamma = 2.0.squareRoot() - 1
    #expect(level == 2 + gamma * 2)
    #expect((deviation ?? 0) == (level * level - 4).squareRoot() * 1.5)
    #expect(churn.raise(1.0, steps: 40).level == 1.1)
    #expect(churn.raise(0.04, steps: 8).level == 0.04 && churn.raise(51.0, steps: 8).level == 51)
  }
}
