/// Networks and settings of a published result, with the result beside them.
public struct Preset: Hashable, Sendable {
  /// For example `edm2-img512-s-autog-fid`.
  public let name: String

  /// Whether the official tool knows the preset by this name; the others are named here.
  public let isOfficial: Bool

  /// How the main network is guided.
  public let method: Method

  /// The main network.
  public let main: PublishedNetwork

  /// The guiding network; nil without guidance, and where it is not known.
  public let guide: PublishedNetwork?

  /// Guidance weight w; 1 without guidance.
  public let guidance: Double

  /// Where guidance is applied; everywhere if nil.
  public let interval: GuidanceInterval?

  /// The metric for which weight and moving averages were chosen.
  public let metric: Metric

  /// The published value of that metric: 50,000 images, best of three seed ranges. One run is
  /// expected within about 2 %.
  public let published: Double

  /// Whether the networks can be downloaded.
  public let availability: Availability

  /// How a main network is guided.
  public enum Method: String, CaseIterable, Sendable {
    case unguided = "no guidance"
    case classifierFree = "classifier-free guidance"
    case autoguidance
    case sameEMA = "autoguidance, same EMA for both"
    case reducedTraining = "autoguidance, guide with reduced training only"
    case reducedCapacity = "autoguidance, guide with reduced capacity only"
  }

  /// A distance between generated and real images; less is better.
  public enum Metric: String, CaseIterable, Sendable {
    /// Fréchet distance of Inception-v3 features.
    case fid = "FID"
    /// Fréchet distance of DINOv2 ViT-L/14 features.
    case fdDINOv2 = "FD_DINOv2"
  }

  /// Whether the networks can be downloaded.
  public enum Availability: String, Sendable {
    /// As files ready to use.
    case published
    /// As snapshots, from which they must be reconstructed (EDM2 section 3).
    case needsReconstruction = "needs post-hoc reconstruction"
    /// It is not known whether they are.
    case unknown = "not known to be published"
  }

  /// Published FID, if weight and moving averages were chosen for it.
  public var fid: Double? { metric == .fid ? published : nil }

  /// Published FD_DINOv2, if weight and moving averages were chosen for it.
  public var fdDINOv2: Double? { metric == .fdDINOv2 ? published : nil }

  /// The settings of the published result.
  public var settings: SamplerSettings {
    var settings = SamplerSettings()
    settings.guidance = method == .unguided ? [] : [guidance]
    settings.interval = interval
    return settings
  }

  /// The networks that are needed, the main one first.
  public var networks: [PublishedNetwork] { [main] + (guide.map { [$0] } ?? []) }
}
