import Testing

@testable import GuidedDiffusion

@Suite("Heun sampler") struct HeunSamplerTests {
  private typealias Plan = AnalyticPlan<Double>

  private func settings(_ change: (inout SamplerSettings) -> Void) -> SamplerSettings {
    var settings = SamplerSettings()
    change(&settings)
    return settings
  }

  private func sample(
    _ plan: Plan, _ settings: SamplerSettings, noise: [Float] = [-1.5, 0.3, 2]
  ) throws -> [Double] {
    try HeunSampler<Double>(settings).sample(plan, noise: noise, classes: nil) {
      [Double](repeating: 0.5, count: noise.count)
    }
  }

  /// The exact solution at sigma = 0 of the probability flow for normal data.
  private func exact(_ noise: Double, mean: Double, deviation: Double) -> Double {
    let start = 80 * noise
    return mean + (start - mean) * deviation / (deviation * deviation + 6400).squareRoot()
  }

  @Test("converges to the exact solution with second order")
  func order() throws {
    var errors: [Double] = []
    for steps in [64, 128, 256] {
      let plan = Plan(main: .init(mean: 0.2, deviation: 0.5))
      let settings = settings {
        $0.steps = steps
        $0.sigmaMin = 1e-5
      }
      let result = try sample(plan, settings, noise: [1.3])
      errors.append((result[0] - exact(Double(Float(1.3)), mean: 0.2, deviation: 0.5)).magnitude)
    }
    #expect(errors[0] < 0.01)
    for (coarse, fine) in zip(errors, errors.dropFirst()) {
      #expect(3.3...5 ~= coarse / fine, "\(errors)")
    }
  }

  @Test("a single point attracts every path")
  func dirac() throws {
    let plan = Plan(main: .init(mean: 0.7, deviation: 0))
    for value in try sample(plan, settings { $0.steps = 5 }) {
      #expect((value - 0.7).magnitude < 1e-12)
    }
  }

  @Test("evaluates 2 N - 1 times, from level to level")
  func calls() throws {
    let plan = Plan(main: .init(mean: 0, deviation: 1))
    let settings = settings { $0.steps = 3 }
    _ = try sample(plan, settings)
    let t = Schedule<Double>(settings).levels
    #expect(
      plan.calls == [
        .begin(nil), .euler(t[0], t[1], nil), .correct(t[0], t[1], nil), .euler(t[1], t[2], nil),
        .correct(t[1], t[2], nil), .euler(t[2], 0, nil),
      ])
  }

  @Test("one step is one Euler step")
  func oneStep() throws {
    let plan = Plan(main: .init(mean: 0.2, deviation: 0.5))
    _ = try sample(plan, settings { $0.steps = 1 })
    #expect(plan.calls.count == 2)
  }

  @Test("guides run inside the interval only, and not at weight 1")
  func interval() throws {
    let weights: [[Double]: Int] = [[1]: 0, [2]: 7, [0]: 7, [1, 1]: 0, [1, 3]: 7]
    for (weights, expected) in weights {
      let plan = Plan(
        main: .init(mean: 0, deviation: 1),
        guides: .init(repeating: .init(mean: 0.5, deviation: 1), count: weights.count))
      _ = try sample(
        plan,
        settings {
          $0.steps = 8
          $0.guidance = weights
          $0.interval = .steps(2...7)
        })
      var guided: [Int] = []
      var step = -1
      for call in plan.calls {
        if case .euler = call { step += 1 }
        switch call {
        case .euler(_, _, let used?), .correct(_, _, let used?):
          #expect(used == weights && step >= 2)
          guided.append(step)
        default: break
        }
      }
      // Steps 2...6 evaluate twice, the last one once.
      #expect(guided.count == (expected == 0 ? 0 : 11), "\(weights)")
    }
  }

  @Test("the interval looks at the schedule, not at the level that churn raised")
  func churnAndInterval() throws {
    let plan = Plan(
      main: .init(mean: 0, deviation: 1), guides: [.init(mean: 0.5, deviation: 1)])
    let settings = settings {
      $0.steps = 8
      $0.guidance = [2]
      $0.churn.amount = 8
      let t = Schedule<Double>($0).levels
      $0.interval = .sigma(above: t[3], through: t[2])
    }
    _ = try sample(plan, settings)
    let t = Schedule<Double>(settings).levels
    let gamma = 2.0.squareRoot() - 1
    let raised = t[2] + gamma * t[2]
    let guided = plan.calls.filter {
      switch $0 {
      case .euler(_, _, .some), .correct(_, _, .some): true
      default: false
      }
    }
    #expect(guided == [.euler(raised, t[3], [2]), .correct(raised, t[3], [2])])
    #expect(plan.calls.filter { if case .noise = $0 { true } else { false } }.count == 8)
  }

  @Test("without churn nothing is drawn; with it, only between S_min and S_max")
  func churnDraws() throws {
    for (low, high, expected) in [(0.0, 0.0, 0), (0, .infinity, 6), (0.1, 30, 3)] {
      let plan = Plan(main: .init(mean: 0, deviation: 1))
      let settings = settings {
        $0.steps = 6
        $0.churn.amount = high == 0 ? 0 : 1
        $0.churn.sigmaMin = low
        $0.churn.sigmaMax = high
      }
      var draws = 0
      _ = try HeunSampler<Double>(settings).sample(plan, noise: [1], classes: nil) {
        draws += 1
        return [0]
      }
      let levels = Schedule<Double>(settings).levels.dropLast()
      let inside = levels.filter { low <= $0 && $0 <= high }.count
      #expect(draws == (high == 0 ? 0 : inside))
      #expect(draws == expected, "\(levels)")
    }
  }

  @Test("several guides add up (AG eq. 6)")
  func severalGuides() throws {
    let guides = [Plan.Normal(mean: 0.5, deviation: 1), .init(mean: -0.25, deviation: 0.8)]
    let both = Plan(main: .init(mean: 0, deviation: 1), guides: guides)
    let first = Plan(main: .init(mean: 0, deviation: 1), guides: [guides[0]])
    let one = try sample(first, settings { $0.guidance = [2] })
    let same = try sample(both, settings { $0.guidance = [2, 1] })
    #expect(one == same)
    #expect(try sample(both, settings { $0.guidance = [2, 3] }) != one)
  }
}
