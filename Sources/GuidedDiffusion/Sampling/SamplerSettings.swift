/// Everything about a sampling run but networks, seeds and device.
///
/// The defaults are the official sampler's: 32 Heun steps from sigma 80 to 0.002 with rho 7,
/// no guidance, no churn, noise as on an NVIDIA GPU, a state of `Float`. Its JSON form uses the
/// official names (`sigma_min`, `S_churn`, ...).
public struct SamplerSettings: Hashable, Sendable {
  /// Number N of steps; 2 N - 1 evaluations of the denoiser.
  public var steps = 32

  /// Lowest noise level before 0.
  public var sigmaMin = 0.002

  /// Highest noise level, at which sampling starts.
  public var sigmaMax = 80.0

  /// Exponent of the schedule: larger makes shorter steps near ``sigmaMin``.
  public var rho = 7.0

  /// Guidance weights w, one per guide; 1 is no guidance.
  public var guidance: [Double] = []

  /// Where guidance is applied; everywhere if nil.
  public var interval: GuidanceInterval?

  /// Noise added during sampling.
  public var churn = Churn()

  /// Whose random numbers are drawn.
  public var noise = NoiseKind.cuda

  /// Type of the state x between steps.
  public var precision = StatePrecision.float32

  /// The defaults.
  public init() {}

  /// Noise added during sampling (EDM, Algorithm 2).
  public struct Churn: Hashable, Sendable {
    /// S_churn: amount over the whole run; 0 adds none.
    public var amount = 0.0

    /// S_min: lowest noise level at which noise is added.
    public var sigmaMin = 0.0

    /// S_max: highest noise level at which noise is added.
    public var sigmaMax = Double.infinity

    /// S_noise: standard deviation of the added noise.
    public var noise = 1.0

    /// No churn.
    public init() {}
  }

  /// Type of the state x between steps.
  public enum StatePrecision: String, Codable, CaseIterable, Sendable {
    /// As the official sampler.
    case float32

    /// As the guidance interval's authors.
    case float64
  }
}

extension SamplerSettings: Codable {
  private enum CodingKeys: String, CodingKey {
    case steps, rho, guidance, interval, noise, precision
    case sigmaMin = "sigma_min"
    case sigmaMax = "sigma_max"
    case churnAmount = "S_churn"
    case churnMin = "S_min"
    case churnMax = "S_max"
    case churnNoise = "S_noise"
  }

  /// Reads the JSON form; a missing key means the default.
  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    steps = try values.decodeIfPresent(Int.self, forKey: .steps) ?? steps
    sigmaMin = try values.decodeIfPresent(Double.self, forKey: .sigmaMin) ?? sigmaMin
    sigmaMax = try values.decodeIfPresent(Double.self, forKey: .sigmaMax) ?? sigmaMax
    rho = try values.decodeIfPresent(Double.self, forKey: .rho) ?? rho
    guidance = try values.decodeIfPresent([Double].self, forKey: .guidance) ?? guidance
    interval = try values.decodeIfPresent(GuidanceInterval.self, forKey: .interval)
    noise = try values.decodeIfPresent(NoiseKind.self, forKey: .noise) ?? noise
    precision =
      try values.decodeIfPresent(StatePrecision.self, forKey: .precision) ?? precision
    churn.amount =
      try values.decodeIfPresent(Double.self, forKey: .churnAmount) ?? churn.amount
    churn.sigmaMin =
      try values.decodeIfPresent(Double.self, forKey: .churnMin) ?? churn.sigmaMin
    churn.sigmaMax =
      try values.decodeIfPresent(Double.self, forKey: .churnMax) ?? churn.sigmaMax
    churn.noise = try values.decodeIfPresent(Double.self, forKey: .churnNoise) ?? churn.noise
  }

  /// Writes the JSON form; an infinite S_max, which JSON cannot hold, is left out.
  public func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: CodingKeys.self)
    try values.encode(steps, forKey: .steps)
    try values.encode(sigmaMin, forKey: .sigmaMin)
    try values.encode(sigmaMax, forKey: .sigmaMax)
    try values.encode(rho, forKey: .rho)
    try values.encode(guidance, forKey: .guidance)
    try values.encodeIfPresent(interval, forKey: .interval)
    try values.encode(noise, forKey: .noise)
    try values.encode(precision, forKey: .precision)
    try values.encode(churn.amount, forKey: .churnAmount)
    try values.encode(churn.sigmaMin, forKey: .churnMin)
    if churn.sigmaMax.isFinite { try values.encode(churn.sigmaMax, forKey: .churnMax) }
    try values.encode(churn.noise, forKey: .churnNoise)
  }
}
