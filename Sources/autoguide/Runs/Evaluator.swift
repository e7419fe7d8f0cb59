import Foundation
import GuidedDiffusion

/// Measures images of any networks: options, device and features, made ready once.
struct Evaluator {
  /// What computes networks; the first one decodes and computes features, too.
  let devices: DeviceGroup

  /// What the statistics are of.
  let extractors: FeatureExtractors

  private let options: EvaluationOptions
  private let decoders: Decoders

  /// The decoder of latents, compiled once for all runs.
  private final class Decoders {
    var last: LatentDecoder?
  }

  /// Opens the first device and reads the features' weights.
  ///
  /// - Throws: ``SettingsError``, ``Failure`` if there are no weights, or what the device reports.
  init(_ options: EvaluationOptions) throws {
    devices = try options.devices.choose()
    self.options = options
    decoders = Decoders()
    extractors = try options.features.extractors(on: devices.first, options.compilation)
  }

  /// The first metric that is measured: what sweeps compare.
  var metric: Metric { extractors.metrics.first ?? .fid }

  /// Refuses metrics of which no least value can be looked for, and references that lack something.
  ///
  /// - Throws: ``SettingsError``, ``Failure``.
  func checkDistance(from reference: StatisticsFile) throws {
    guard [.fid, .fdDINOv2, .kid, .kdDINOv2].contains(metric) else {
      throw SettingsError(
        "--metrics begins with \(metric.rawValue): a sweep looks for the least distance; put fid, "
          + "fd_dinov2, kid or kd_dinov2 first")
    }
    try reference.check(asReferenceFor: extractors.metrics)
  }

  /// A run of some networks.
  ///
  /// - Parameters:
  ///   - loaded: with all settings.
  ///   - seeds: ranges, in order.
  ///   - path: file of the statistics.
  /// - Returns: the run, checked as far as it can be without computing.
  /// - Throws: ``SettingsError``; ``Failure`` for networks that do not fit each other, or draw
  ///   latents without there being a decoder.
  func run(
    _ loaded: NetworkOptions.Loaded, seeds: [Range<Int>], path: String = ""
  ) throws -> EvaluationRun {
    let decoder = try decoder(for: loaded.main)
    let sampler = Sampler(
      main: loaded.main, guides: loaded.guides, settings: loaded.settings, devices: devices,
      options: try options.kernels.options(
        options.compilation, for: devices.first, quiet: options.output.quiet),
      batch: options.images.batch)
    let classIndex = try options.images.classIndex(of: loaded.main)
    try sampler.check(classIndex: classIndex)
    return EvaluationRun(
      drawing: PictureSampler(sampler: sampler, decoder: decoder), extractors: extractors,
      classIndex: classIndex, seeds: seeds, path: path)
  }

  /// What makes pictures of a network's latents; nil if it draws pixels.
  private func decoder(for network: EDM2Network) throws -> LatentDecoder? {
    if let last = decoders.last, last.channels == network.imageShape.channels,
      network.drawsLatents
    {
      return last
    }
    let decoder = try options.vae.requiredDecoder(
      for: network, on: devices.first, options.compilation)
    decoders.last = decoder
    return decoder
  }

  /// Multiply-adds of decoding one image of a network, if it draws latents, and of its features.
  func multiplyAdds(of network: EDM2Network) throws -> Int {
    let shape = network.imageShape
    guard let decoder = try decoder(for: network) else {
      return extractors.multiplyAdds(
        height: shape.height, width: shape.width, channels: shape.channels)
    }
    let scale = decoder.pixelsPerLatent
    return decoder.vae.decoderGraph(height: shape.height, width: shape.width).multiplyAdds
      + extractors.multiplyAdds(
        height: shape.height * scale, width: shape.width * scale, channels: 3)
  }
}
