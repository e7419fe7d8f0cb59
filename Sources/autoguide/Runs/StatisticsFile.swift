import Foundation
import GuidedDiffusion

/// What is known of the features of images.
struct StatisticsFile {
  let path: String

  /// By the kind of features; at least one.
  let distributions: [FeatureKind: FeatureDistribution]

  /// The statistics in the file at `path`; nil if it holds images instead.
  ///
  /// - Throws: ``CheckpointError`` if it is damaged.
  init?(_ path: String) throws(CheckpointError) {
    let endings = [".safetensors", ".pkl", ".npz"]
    guard isRegularFile(path) || !FileManager.default.fileExists(atPath: path),
      endings.contains(where: { path.lowercased().hasSuffix($0) })
    else { return nil }
    self.path = path
    distributions = try FeatureDistribution.read(path)
  }

  /// The statistics that `--ref` names.
  ///
  /// - Throws: ``SettingsError`` if there are none, ``CheckpointError`` if they are damaged.
  static func reference(_ path: String) throws -> StatisticsFile {
    guard let file = try StatisticsFile(path) else {
      throw SettingsError("--ref \(path) is no file of statistics: make one by 'metrics ref'")
    }
    return file
  }

  /// Statistics just computed.
  init(_ statistics: ImageStatistics, path: String) throws(Failure) {
    self.path = path
    do throws(MetricsError) {
      distributions = try FeatureDistribution.all(statistics)
    } catch {
      throw Failure("\(path): \(error)")
    }
  }

  /// Fails unless a metric can be computed from this reference.
  ///
  /// - Throws: ``Failure`` that says what is missing.
  func check(asReferenceFor metrics: [Metric]) throws(Failure) {
    for metric in metrics where metric != .inceptionScore {
      let found = try distribution(for: metric)
      if metric.needsSample && found.sample.count < 5 {
        throw Failure(
          "\(path) keeps no features of images for \(metric.rawValue): "
            + "'metrics ref --metrics \(metric.rawValue)' makes a reference that does")
      }
    }
  }

  private func distribution(for metric: Metric) throws(Failure) -> FeatureDistribution {
    guard let found = distributions[metric.features] else {
      throw Failure(
        "\(path) has no features for \(metric.rawValue): compute them with --metrics "
          + metric.rawValue)
    }
    return found
  }

  /// What a metric says about these images, by name.
  ///
  /// - Throws: ``Failure`` if it cannot be computed from what is known.
  func values(
    of metric: Metric, from reference: StatisticsFile
  ) throws(Failure) -> [(name: String, value: Double)] {
    let sample = try distribution(for: metric)
    let other = metric == .inceptionScore ? nil : try reference.distribution(for: metric)
    do throws(MetricsError) {
      return try metric.values(of: sample, from: other)
    } catch {
      throw Failure("\(path) and \(reference.path): \(error)")
    }
  }

  /// The distance from a reference by a metric of one number.
  ///
  /// - Throws: ``Failure`` if it cannot be computed from what is known.
  func distance(from reference: StatisticsFile, by metric: Metric) throws(Failure) -> Double {
    try values(of: metric, from: reference)[0].value
  }
}
