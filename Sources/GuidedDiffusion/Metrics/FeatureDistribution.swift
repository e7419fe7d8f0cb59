/// What is known of the features of a set of images: what two sets are compared by.
public struct FeatureDistribution: Hashable, Sendable {
  /// Number of images; nil if a file does not say.
  public let count: Int?

  /// Mean and covariance, where they are kept.
  public let gaussian: FeatureGaussian?

  /// The features of some images, if they are kept.
  public let sample: FeatureSample

  /// SHA-256 of the feature network, if known.
  public let network: String?

  /// The sums of class probabilities.
  let moments: FeatureMoments?

  /// The features of statistics.
  ///
  /// - Parameter statistics: of two images or more.
  /// - Throws: ``MetricsError`` if there are fewer.
  public init(_ statistics: FeatureStatistics) throws(MetricsError) {
    guard let moments = statistics.moments, moments.count >= 2 else {
      throw MetricsError("statistics of less than two images")
    }
    count = moments.count
    sample = statistics.sample
    network = statistics.source.network
    let isMeanOnly = statistics.source.isMeanOnly ?? false
    gaussian = isMeanOnly ? nil : FeatureGaussian(moments)
    self.moments = isMeanOnly ? moments : nil
  }

  /// A distribution known by its mean and covariance alone.
  init(_ gaussian: FeatureGaussian) {
    (self.gaussian, count) = (gaussian, gaussian.count)
    (sample, network, moments) = (FeatureSample(capacity: 0), nil, nil)
  }

  /// Statistics of each kind of features.
  ///
  /// - Throws: ``MetricsError`` if there are less than two images.
  public static func all(
    _ statistics: ImageStatistics
  ) throws(MetricsError) -> [FeatureKind: FeatureDistribution] {
    var all: [FeatureKind: FeatureDistribution] = [:]
    for (kind, part) in statistics.parts { all[kind] = try FeatureDistribution(part) }
    return all
  }
}

extension FeatureDistribution {
  /// Reads statistics of features.
  ///
  /// - Parameter path: of a file that ``ImageStatistics/write(to:)`` wrote, of official reference
  ///   statistics (a pickled dictionary of `fid` and `fd_dinov2`, each with `mu` and `sigma`), or of a
  ///   NumPy archive of `mu` and `sigma`, which count as Inception's, or as DINOv2's if there are 1024
  ///   features.
  /// - Returns: the distributions; at least one.
  /// - Throws: ``CheckpointError`` if there are none in the file.
  public static func read(
    _ path: String
  ) throws(CheckpointError) -> [FeatureKind: FeatureDistribution] {
    let file = try MappedFile.open(path)
    if ZipDirectory.recognizes(file), let archive = try NPYArchive(file) {
      return unnamed(try FeatureGaussian(archive.tensors, prefix: "", of: path))
    }
    let checkpoint = try Checkpoint(file)
    if checkpoint.kind == .safetensors {
      let statistics = try ImageStatistics(SafetensorsFile(file), path: path)
      do throws(MetricsError) {
        return try all(statistics)
      } catch {
        throw CheckpointError(file: path, reason: "\(error)")
      }
    }
    var distributions: [FeatureKind: FeatureDistribution] = [:]
    for kind in [FeatureKind.inception, .dinov2]
    where checkpoint.tensors["\(kind.rawValue).mu"] != nil {
      distributions[kind] = FeatureDistribution(
        try FeatureGaussian(checkpoint.tensors, prefix: "\(kind.rawValue).", of: path))
    }
    if !distributions.isEmpty { return distributions }
    return unnamed(try FeatureGaussian(checkpoint.tensors, prefix: "", of: path))
  }

  private static func unnamed(_ gaussian: FeatureGaussian) -> [FeatureKind: FeatureDistribution] {
    [gaussian.width == 1024 ? .dinov2 : .inception: FeatureDistribution(gaussian)]
  }
}

extension Metric {
  /// What a metric says, by name: one number, or precision and recall.
  ///
  /// - Parameters:
  ///   - sample: the features of images.
  ///   - reference: those of a reference.
  /// - Returns: names as in reports, and numbers.
  /// - Throws: ``MetricsError`` if the features are not comparable, or not enough is known of them.
  public func values(
    of sample: FeatureDistribution, from reference: FeatureDistribution?
  ) throws(MetricsError) -> [(name: String, value: Double)] {
    if self == .inceptionScore {
      guard let moments = sample.moments else {
        throw MetricsError("there are no class probabilities")
      }
      return [(rawValue, ClassProbabilities.score(moments))]
    }
    guard let reference else { throw MetricsError("\(rawValue) needs a reference") }
    if let ours = sample.network, let theirs = reference.network, ours != theirs {
      throw MetricsError(
        "the features are of different networks (\(ours.prefix(8)), \(theirs.prefix(8)))")
    }
    guard let first = sample.gaussian, let second = reference.gaussian,
      first.width == second.width
    else {
      throw MetricsError(
        "\(sample.gaussian?.width ?? 0) features and \(reference.gaussian?.width ?? 0) of the "
          + "reference are of different networks")
    }
    if needsSample, sample.sample.count < 2 || reference.sample.count < 2 {
      throw MetricsError("\(rawValue) needs features of images: both with --keep-features")
    }
    switch self {
    case .fid, .fdDINOv2: return [(rawValue, try second.frechetDistance(to: first))]
    case .kid, .kdDINOv2:
      return [(rawValue, try sample.sample.kernelDistance(to: reference.sample))]
    case .precisionRecall, .precisionRecallDINOv2:
      let both = try PrecisionRecall(sample.sample, reference: reference.sample)
      let suffix = self == .precisionRecall ? "" : "_dinov2"
      return [("precision\(suffix)", both.precision), ("recall\(suffix)", both.recall)]
    case .inceptionScore: return []
    }
  }
}
