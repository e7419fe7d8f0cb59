/// EDM's second-order sampler with churn and guidance (EDM, Algorithm 2; AG eq. 3).
struct HeunSampler<State: SamplerScalar> {
  let settings: SamplerSettings
  let schedule: Schedule<State>

  /// - Parameter settings: validated.
  init(_ settings: SamplerSettings) {
    self.settings = settings
    schedule = Schedule(settings)
  }

  /// Samples one batch.
  ///
  /// - Parameters:
  ///   - plan: denoiser and device.
  ///   - noise: standard normals, `[N, H, W, C]`; `Float` whatever the state is.
  ///   - classes: one per image, or nil.
  ///   - churnNoise: further normals of that shape, asked for at the steps that add noise.
  ///   - report: called after each step with the number of steps done.
  /// - Returns: images or latents, `[N, H, W, C]`.
  /// - Throws: `CancellationError` between steps, and what the plan throws.
  func sample(
    _ plan: any GuidedPlan<State>, noise: [Float], classes: [Int]?,
    churnNoise: () -> [State], report: (Int) -> Void = { _ in }
  ) throws -> [State] {
    let t = schedule.levels
    try plan.begin(x: scaled(noise, by: t[0]), classes: classes)
    for i in 0..<settings.steps {
      try Task.checkCancellation()
      let weights = weights(step: i)
      let (tHat, deviation) = settings.churn.raise(t[i], steps: settings.steps)
      if let deviation { try plan.addNoise(churnNoise(), scale: deviation) }
      try plan.euler(from: tHat, to: t[i + 1], weights: weights)
      if i + 1 < settings.steps {
        try plan.correct(from: tHat, to: t[i + 1], weights: weights)
      }
      try plan.wait()
      report(i + 1)
    }
    return try plan.finish()
  }

  /// The guidance weights of a step, or nil if its guides are not needed.
  private func weights(step: Int) -> [Double]? {
    let level = Double(schedule.levels[step])
    let isInside = settings.interval?.contains(step: step, sigma: level) ?? true
    return isInside && settings.guidance.contains { $0 != 1 } ? settings.guidance : nil
  }
}

/// scale x, in the type of the state.
///
/// Specialised by hand: its caller is generic when it runs.
@specialized(where State == Float)
@specialized(where State == Double)
private func scaled<State: SamplerScalar>(_ x: [Float], by scale: State) -> [State] {
  x.map { State($0) * scale }
}
