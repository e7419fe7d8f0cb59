import GuidedDiffusion

/// A way to sample the 2D example: a panel of Figure 1, a row of the evaluation.
struct ToyMethod {
  /// What it is.
  let title: String

  /// Its weight; may be empty.
  var detail = ""

  /// Both, for people.
  var name: String { detail.isEmpty ? title : "\(title), \(detail)" }

  /// nil for the truth itself.
  let guidance: ToySampler.Guidance?

  /// Those of Figure 1, in its order; classifier-free guidance if there is a network for it.
  static func all(_ models: ToyModels, _ options: ToySamplingOptions) -> [ToyMethod] {
    let (main, weak) = (models.main, models.weak)
    var methods = [
      ToyMethod(title: "Ground truth", guidance: nil),
      ToyMethod(title: "No guidance", guidance: ToySampler.Guidance(main)),
    ]
    if let cfg = models.cfg {
      methods.append(
        ToyMethod(
          title: "CFG", detail: "w = \(Units.number(options.cfgGuidance))",
          guidance: ToySampler.Guidance(main, guide: cfg, weight: options.cfgGuidance)))
    }
    methods += [
      ToyMethod(
        title: "Scaled score", detail: "x \(Units.number(options.scale))",
        guidance: ToySampler.Guidance(main, scale: options.scale)),
      ToyMethod(
        title: "Autoguidance", detail: "w = \(Units.number(options.guidance))",
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
