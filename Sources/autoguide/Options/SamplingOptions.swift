import ArgumentParser
import GuidedDiffusion

/// The sampler's settings by their official names; what is not given keeps its default.
struct SamplingOptions: ParsableArguments {
  @Option(parsing: .unconditional, help: "Number of sampling steps. (default: 32)")
  var steps: Int?

  @Option(
    name: both("sigma_min"), parsing: .unconditional, help: "Lowest noise level. (default: 0.002)")
  var sigmaMin: Double?

  @Option(
    name: both("sigma_max"), parsing: .unconditional, help: "Highest noise level. (default: 80)")
  var sigmaMax: Double?

  @Option(parsing: .unconditional, help: "Exponent of the noise levels. (default: 7)")
  var rho: Double?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Where guidance acts: noise levels LO < sigma <= HI, or steps, the first being 0. "
        + "(default: everywhere)", valueName: "LO,HI|steps:FIRST-LAST"),
    transform: { try GuidanceInterval(parsing: $0) })
  var interval: GuidanceInterval?

  @Option(
    name: both("S_churn"), parsing: .unconditional,
    help: "Amount of noise added while sampling. (default: 0)")
  var churnAmount: Double?

  @Option(
    name: both("S_min"), parsing: .unconditional,
    help: "Lowest noise level at which it is added. (default: 0)")
  var churnMin: Double?

  @Option(
    name: both("S_max"), parsing: .unconditional,
    help: "Highest noise level at which it is added. (default: inf)")
  var churnMax: Double?

  @Option(
    name: both("S_noise"), parsing: .unconditional,
    help: "Standard deviation of the added noise. (default: 1)")
  var churnNoise: Double?

  @Option(help: "Random numbers as PyTorch draws them on an NVIDIA GPU or on a CPU.")
  var noise: NoiseKind = .cuda

  @Option(help: "Number type of the image while it is sampled.")
  var state: SamplerSettings.StatePrecision = .float32

  /// Overwrites in `settings` what was given.
  func apply(to settings: inout SamplerSettings) {
    settings.steps = steps ?? settings.steps
    settings.sigmaMin = sigmaMin ?? settings.sigmaMin
    settings.sigmaMax = sigmaMax ?? settings.sigmaMax
    settings.rho = rho ?? settings.rho
    settings.interval = interval ?? settings.interval
    settings.churn.amount = churnAmount ?? settings.churn.amount
    settings.churn.sigmaMin = churnMin ?? settings.churn.sigmaMin
    settings.churn.sigmaMax = churnMax ?? settings.churn.sigmaMax
    settings.churn.noise = churnNoise ?? settings.churn.noise
    settings.noise = noise
    settings.precision = state
  }
}

/// An official option name and its kebab-case form: `--S_churn`, `--S-churn`.
func both(_ official: String) -> NameSpecification {
  [
    .customLong(official),
    .customLong(String(official.map { $0 == "_" ? "-" : $0 })),
  ]
}

extension NoiseKind: ExpressibleByArgument {}
extension SamplerSettings.StatePrecision: ExpressibleByArgument {}
