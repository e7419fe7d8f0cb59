import Foundation
import GuidedDiffusion

/// Measures images of any networks: options, device and features, made ready once.
struct Evaluator {
  /// What computes networks and features.
  let device: ComputeDevice

  /// What the statistics are of.
  let extractor: FeatureExtractor

  private let options: EvaluationOptions

  /// Opens the device and reads the features' weights.
  ///
  /// - Throws: ``SettingsError``, ``Failure`` if there are no weights, or what the device reports.
  init(_ options: EvaluationOptions) throws {
    device = try options.device.choose()
    self.options = options
    extractor = try options.features.extractor(on: device, options.compilation)
  }

  /// Name of the distance that is measured.
  var metric: String { "FID" }

  /// A run of some networks.
  ///
  /// - Parameters:
  ///   - loaded: with all settings.
  ///   - seeds: ranges, in order.
  ///   - path: file of the statistics.
  /// - Returns: the run, checked as far as it can be without computing.
  /// - Throws: ``SettingsError``; ``Failure`` for networks that do not fit each other or draw
  ///   latents.
  func run(
    _ loaded: NetworkOptions.Loaded, seeds: [Range<Int>], path: String = ""
  ) throws -> EvaluationRun {
    if case .latents = loaded.main.encoder {
      throw Failure(
        "\(loaded.main.fileName) draws latents: only networks that draw pixels can be evaluated")
    }
    let sampler = Sampler(
      main: loaded.main, guides: loaded.guides, settings: loaded.settings, device: device,
      options: try options.compilation.options(for: device, quiet: options.output.quiet),
      batch: options.images.batch)
    let classIndex = try options.images.classIndex(of: loaded.main)
    try sampler.check(classIndex: classIndex)
    return EvaluationRun(
      sampler: sampler, extractor: extractor, classIndex: classIndex, seeds: seeds, path: path)
  }

  /// Multiply-adds of one image's features.
  func multiplyAdds(of shape: Shape) -> Int {
    let edges = shape.dimensions
    return extractor.network.graph(
      height: edges[edges.count - 3], width: edges[edges.count - 2],
      channels: edges[edges.count - 1]
    ).multiplyAdds
  }
}
