import Foundation
import GuidedDiffusion

/// Mean and covariance of features with what is known about them.
struct StatisticsFile {
  let path: String
  let gaussian: FeatureGaussian

  /// SHA-256 of the feature network, if known.
  let network: String?

  /// The statistics in the file at `path`; nil if it holds images instead.
  ///
  /// - Throws: ``CheckpointError`` if it is damaged.
  init?(_ path: String) throws(CheckpointError) {
    let endings = [".safetensors", ".pkl", ".npz"]
    guard isRegularFile(path) || !FileManager.default.fileExists(atPath: path),
      endings.contains(where: { path.lowercased().hasSuffix($0) })
    else { return nil }
    self.path = path
    (gaussian, network) = try FeatureGaussian.read(path)
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
  init(_ statistics: FeatureStatistics, path: String) throws(Failure) {
    guard let moments = statistics.moments, moments.count >= 2 else {
      throw Failure("\(path): statistics need two images or more")
    }
    self.path = path
    gaussian = FeatureGaussian(moments)
    network = statistics.source.network
  }

  /// The Fréchet distance from a reference.
  ///
  /// - Throws: ``Failure`` if they are of different networks, ``MetricsError``.
  func distance(from reference: StatisticsFile) throws -> Double {
    let (first, second) = (gaussian, reference.gaussian)
    guard first.width == second.width else {
      throw Failure(
        "\(path) has \(first.width) features, \(reference.path) \(second.width): they are of "
          + "different networks")
    }
    if let ours = network, let theirs = reference.network, ours != theirs {
      throw Failure(
        "\(path) and \(reference.path) are of different feature networks "
          + "(\(ours.prefix(8)), \(theirs.prefix(8)))")
    }
    return try second.frechetDistance(to: first)
  }
}

/// A distance as it is printed.
struct DistanceReport: Encodable {
  /// The Fréchet inception distance.
  var fid: Double

  /// Number of images measured; nil if a file does not say.
  var images: Int?

  /// Number of reference images.
  var referenceImages: Int?

  /// The distance of `sample` from `reference`.
  init(_ sample: StatisticsFile, from reference: StatisticsFile) throws {
    fid = try sample.distance(from: reference)
    (images, referenceImages) = (sample.gaussian.count, reference.gaussian.count)
  }

  /// For example `FID 3.1416  5000 images, reference 10000`.
  func print(_ output: OutputOptions) throws {
    if output.json { return try Console.print(json: self) }
    let counts = [images.map { "\($0) images" }, referenceImages.map { "reference \($0)" }]
      .compactMap(\.self).joined(separator: ", ")
    try Console.print(String(format: "FID %.4f", fid) + (counts.isEmpty ? "" : "  \(counts)"))
  }
}
