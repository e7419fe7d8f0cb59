import GuidedDiffusion

/// What reproducing a result gave.
struct ReproductionReport: Encodable {
  /// Images of one range in the published protocol.
  static let publishedImages = 50_000

  /// Ranges in the published protocol, of which the lowest value counts.
  static let publishedRanges = 3

  /// Expected spread of one run, in percent to either side.
  static let band = 2.0

  var preset: String
  var method: String
  var metric: String
  var published: Double

  /// The lowest value of all ranges.
  var measured: Double
  var differencePercent: Double

  /// From the lowest to the highest value, in percent of the lowest; nil for one range.
  var spreadPercent: Double?
  var bandPercent = Self.band
  var isPreview: Bool
  var verdict: Verdict
  var ranges: [Part]
  var networks: [Network]
  var reference: String
  var guidance: [Double]
  var interval: String?
  var steps: Int
  var device: String
  var algorithms: String
  var version = libraryVersion

  /// One range of seeds.
  struct Part: Encodable {
    var seeds: String
    var images: Int
    var value: Double
  }

  /// A network that was used.
  struct Network: Encodable {
    var file: String
    var sha256: String

    /// Whether its size and classes are those of the published one.
    var isOfPublishedSize: Bool
  }

  /// What the measured value says.
  enum Verdict: String, Encodable {
    case reproduced
    case better = "better than published"
    case notReproduced = "not reproduced"
    case preview
    case otherNetworks = "other networks than the published ones"
  }

  init(_ preset: Preset, _ parts: [Part], _ networks: [Network], _ run: EvaluationRun, ref: String)
  {
    precondition(!parts.isEmpty, "a report of no ranges")
    let values = parts.map(\.value)
    let (lowest, highest) = (values.min() ?? 0, values.max() ?? 0)
    self.preset = preset.name
    (method, metric) = (preset.method.rawValue, preset.metric.rawValue)
    (published, measured) = (preset.published, lowest)
    differencePercent = 100 * (lowest / preset.published - 1)
    spreadPercent = parts.count > 1 && lowest > 0 ? 100 * (highest / lowest - 1) : nil
    isPreview =
      parts.count < Self.publishedRanges || parts.contains { $0.images < Self.publishedImages }
    (ranges, self.networks, reference) = (parts, networks, ref)
    let settings = run.drawing.sampler.settings
    (guidance, steps) = (settings.guidance, settings.steps)
    interval = settings.interval.map { "\($0)" }
    device = run.drawing.sampler.plans.deviceName
    algorithms = run.drawing.sampler.plans.algorithms
    verdict = Self.verdict(
      differencePercent, isPreview: isPreview, isOther: !networks.allSatisfy(\.isOfPublishedSize))
  }

  /// The verdict on a difference in percent.
  static func verdict(_ difference: Double, isPreview: Bool, isOther: Bool) -> Verdict {
    if isOther { return .otherNetworks }
    if isPreview { return .preview }
    if abs(difference) <= band { return .reproduced }
    return difference < 0 ? .better : .notReproduced
  }
}
