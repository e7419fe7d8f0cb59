import ArgumentParser
import Foundation
import GuidedDiffusion

/// What is measured, and by which feature networks.
struct FeatureOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "What is measured: fid, fd_dinov2, kid, kd_dinov2, pr and pr_dinov2 (precision and recall), "
        + "is (inception score). (default: fid)", valueName: "list"),
    transform: { try MetricList(parsing: $0) })
  var metrics: MetricList?

  @Option(
    help: ArgumentHelp(
      "Keep the features of so many images, chosen by their numbers: what KID, precision and recall "
        + "need. (default: \(FeatureExtractors.defaultCapacity) for these, else none)",
      valueName: "images"))
  var keepFeatures: Int?

  @Option(
    help: ArgumentHelp(
      "Weights of Inception-v3 (2015-12-05). (default: what scripts/fetch-inception fetched)",
      valueName: "file"), completion: .file())
  var inception: String?

  @Option(
    name: .customLong("dinov2"),
    help: ArgumentHelp(
      "Weights of DINOv2: the published .pth, or safetensors. (default: ViT-L/14 in the cache)",
      valueName: "file"), completion: .file())
  var dinov2: String?

  @Option(help: ArgumentHelp("Most pictures whose features are computed at once.", valueName: "n"))
  var featureBatch = 8

  func validate() throws {
    guard 1...4096 ~= featureBatch else {
      throw ValidationError("--feature-batch is \(featureBatch): give a number from 1 to 4096")
    }
    if let keepFeatures, !(0...10_000_000 ~= keepFeatures) {
      throw ValidationError("--keep-features is \(keepFeatures): give a number of images")
    }
    if let keepFeatures, keepFeatures < 5, let metric = chosen.first(where: \.needsSample) {
      throw ValidationError(
        "--keep-features is \(keepFeatures): \(metric.rawValue) needs the features of 5 images or more"
      )
    }
  }

  /// What is measured.
  var chosen: [Metric] { metrics?.values ?? [.fid] }

  /// The networks that `metrics` need, or what was chosen, on a device.
  func extractors(
    on device: ComputeDevice, _ compilation: CompilationOptions, metrics: [Metric]? = nil
  ) throws -> FeatureExtractors {
    let chosen = metrics ?? chosen
    let table = try compilation.options(for: device, quiet: true).table
    func extractor(
      _ network: any FeatureNetwork, classifies: Bool = false
    ) throws -> FeatureExtractor {
      try FeatureExtractor(
        network, device: device, table: table, batch: featureBatch, classifies: classifies)
    }
    let kinds = Set(chosen.map(\.features))
    let classifies = kinds.contains(.classes)
    return FeatureExtractors(
      metrics: chosen,
      capacity: keepFeatures
        ?? (chosen.contains(where: \.needsSample) ? FeatureExtractors.defaultCapacity : 0),
      inception: kinds.contains(.inception) || classifies
        ? try extractor(inceptionNetwork(classifies: classifies), classifies: classifies) : nil,
      dinov2: kinds.contains(.dinov2) ? try extractor(dinov2Network()) : nil)
  }

  private func inceptionNetwork(classifies: Bool) throws -> InceptionV3 {
    let path = inception ?? InceptionV3.defaultPath
    guard inception != nil || isRegularFile(path) else {
      throw Failure(
        "the weights of Inception-v3 are not there: scripts/fetch-inception fetches them (87 MB) "
          + "to \(path), or name a file by --inception")
    }
    let network = try InceptionV3(path)
    guard !classifies || network.classCount != nil else {
      throw Failure(
        "\(path) has no classifier, which the inception score needs: name a file that has, such as "
          + "pytorch-fid's, by --inception")
    }
    return network
  }

  private func dinov2Network() throws -> DINOv2 {
    let path = dinov2 ?? DINOv2.defaultPath
    guard dinov2 != nil || isRegularFile(path) else {
      throw Failure(
        "the weights of DINOv2 are not there: put \(PublishedFile.dinoV2.url) (1.2 GB) to \(path), "
          + "or name a file by --dinov2")
    }
    return try DINOv2(path)
  }
}

/// Metrics as `fid,fd_dinov2`.
struct MetricList {
  let values: [Metric]

  /// Reads names separated by commas; each counts once.
  ///
  /// - Throws: ``SettingsError`` if one is not known.
  init(parsing text: String) throws(SettingsError) {
    var values: [Metric] = []
    for name in text.split(separator: ",", omittingEmptySubsequences: false) {
      guard let metric = Metric(rawValue: name.filter { $0 != " " }.lowercased()) else {
        let all = Metric.allCases.map(\.rawValue).joined(separator: ", ")
        throw SettingsError("metric '\(name)' is not known: choose among \(all)")
      }
      if !values.contains(metric) { values.append(metric) }
    }
    self.values = values
  }
}
