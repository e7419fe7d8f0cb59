/// Which features of images statistics are of; raw values are the names in files.
public enum FeatureKind: String, CaseIterable, Codable, Sendable {
  /// Those of ``InceptionV3``.
  case inception = "fid"

  /// Those of ``DINOv2``.
  case dinov2 = "fd_dinov2"

  /// Probabilities of Inception's classes, and behind them their entropy (see
  /// ``ClassProbabilities``).
  case classes = "is"

  /// What stands before the names of tensors in a file.
  var prefix: String { self == .inception ? "" : "\(rawValue)." }

  /// What stands behind the names of metadata.
  var suffix: String { self == .inception ? "" : ".\(rawValue)" }
}

/// Measures of how a set of images differs from a reference.
public enum Metric: String, CaseIterable, Codable, Sendable {
  /// Fréchet inception distance.
  case fid

  /// The same by features of DINOv2.
  case fdDINOv2 = "fd_dinov2"

  /// Kernel inception distance.
  case kid

  /// The same by features of DINOv2.
  case kdDINOv2 = "kd_dinov2"

  /// Precision and recall by the nearest neighbours of Inception's features.
  case precisionRecall = "pr"

  /// The same by features of DINOv2.
  case precisionRecallDINOv2 = "pr_dinov2"

  /// Inception score; it needs no reference.
  case inceptionScore = "is"

  /// The features that it needs.
  public var features: FeatureKind {
    switch self {
    case .fid, .kid, .precisionRecall: .inception
    case .fdDINOv2, .kdDINOv2, .precisionRecallDINOv2: .dinov2
    case .inceptionScore: .classes
    }
  }

  /// Whether it needs features of single images (``FeatureSample``), not only moments.
  public var needsSample: Bool {
    switch self {
    case .fid, .fdDINOv2, .inceptionScore: false
    case .kid, .kdDINOv2, .precisionRecall, .precisionRecallDINOv2: true
    }
  }
}
