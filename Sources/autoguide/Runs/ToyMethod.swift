import GuidedDiffusion

/// A way to sample the 2D example: a panel of Figure 1, a row of the evaluation.
struct ToyMethod {
  /// For people.
  let name: String

  /// nil for the truth itself.
  let guidance: ToySampler.Guidance?

  /// Those of Figure 1, in its order; classifier-free guidance if there is a network for it.
  static func all(_ models: ToyModels, _ options: ToySamplingOptions) -> [ToyMethod] {
    let (main, weak) = (models.main, models.weak)
    var methods = [
      ToyMethod(name: "ground truth", guidance: nil),
      ToyMethod(name: "no guidance", guidance: ToySampler.Guidance(main)),
    ]
    if let cfg = models.cfg {
      methods.append(
        ToyMethod(
          name: "CFG, w = \(Units.number(options.cfgGuidance))",
          guidance: ToySampler.Guidance(main, guide: cfg, weight: options.cfgGuidance)))
    }
    methods += [
      ToyMethod(
        name: "score x \(Units.number(options.scale))",
        guidance: ToySampler.Guidance(main, scale: options.scale)),
      ToyMethod(
        name: "autoguidance, w = \(Units.number(options.guidance))",
        guidance: ToySampler.Guidance(main, guide: weak, weight: options.guidance)),
    ]
    return methods
  }

  /// Samples of the method; those of the truth are drawn without a network.
  func samples(
    _ sampler: ToySampler, from start: [SIMD2<Double>], seed: Int, report: (Int) -> Void
  ) throws -> [SIMD2<Double>] {
    guard let guidance else {
      return ToyEvaluation.draw(.toy([.a]), count: start.count, seed: seed, sequence: -4)
    }
    return try sampler.samples(from: start, guidance, report: report)
  }
}
