import GuidedDiffusion

/// What it takes to draw and measure one image.
struct SweepCost {
  /// Evaluations of the main network.
  let evaluations: Int

  /// Evaluations of the guide.
  let guideEvaluations: Int

  /// Multiply-adds of the networks for one image.
  let sampling: Int

  /// Multiply-adds of one image's features.
  let features: Int

  /// Multiply-adds of one image, features included.
  var multiplyAdds: Int { sampling + features }

  /// The cost of one image of a run.
  ///
  /// - Parameters:
  ///   - networks: with their settings.
  ///   - features: multiply-adds of one image's features.
  init(_ networks: NetworkOptions.Loaded, features: Int) {
    let settings = networks.settings
    let levels = Schedule<Double>(settings).levels
    // Heun's method: two evaluations in each step but the last.
    func perStep(_ step: Int) -> Int { step == settings.steps - 1 ? 1 : 2 }
    let steps = 0..<settings.steps
    let guided = steps.filter {
      settings.interval?.contains(step: $0, sigma: levels[$0]) ?? true
    }
    evaluations = steps.reduce(0) { $0 + perStep($1) }
    guideEvaluations = networks.guides.isEmpty ? 0 : guided.reduce(0) { $0 + perStep($1) }
    let guides = networks.guides.reduce(0) { $0 + $1.configuration.graph().multiplyAdds }
    sampling =
      evaluations * networks.main.configuration.graph().multiplyAdds + guideEvaluations * guides
    self.features = features
  }
}
