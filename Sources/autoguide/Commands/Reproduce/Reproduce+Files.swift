import ArgumentParser
import Foundation
import GuidedDiffusion

/// Files to use instead of published ones.
struct OwnFiles: ParsableArguments {
  @Option(
    help: ArgumentHelp("Use this main network instead.", valueName: "file"), completion: .file())
  var net: String?

  @Option(
    help: ArgumentHelp("Use this guiding network instead.", valueName: "file"),
    completion: .file())
  var gnet: String?

  @Option(
    help: ArgumentHelp("Use these reference statistics instead.", valueName: "file"),
    completion: .file())
  var ref: String?
}

extension Reproduce {
  /// Everything fetched and checked, nothing drawn.
  // Inlined into asynchronous functions, typed errors crash the optimiser of Swift 6.3.
  @inline(never)
  func prepare() throws -> Reproduction {
    let preset = try Self.preset(row ?? "")
    try checkNetworksAreKnown(preset)
    let devices = try devices.choose()
    let folder = URL(fileURLWithPath: outdir ?? "out/\(preset.name)", isDirectory: true)
    try checkWritable(folder.appendingPathComponent("report.json").path)
    let loaded = try load(preset)
    let decoder = try vae.requiredDecoder(for: loaded.main, on: devices.first, compilation)
    let extractors = try features.extractors(
      on: devices.first, compilation, metrics: [preset.metric.metric])
    let sampler = Sampler(
      main: loaded.main, guides: loaded.guides, settings: loaded.settings, devices: devices,
      options: try kernels.options(compilation, for: devices.first, quiet: output.quiet),
      batch: batch)
    try sampler.check(classIndex: nil)
    let rank = try shard.map { Rank($0) } ?? Rank.current()
    return Reproduction(
      preset: preset, images: images, rangeCount: ranges, folder: folder,
      run: EvaluationRun(
        drawing: PictureSampler(sampler: sampler, decoder: decoder), extractors: extractors,
        classIndex: nil, seeds: [], path: ""),
      reference: try reference(preset), networks: Self.networks(loaded, preset),
      rank: rank, isQuiet: output.quiet)
  }

  private func checkNetworksAreKnown(_ preset: Preset) throws(SettingsError) {
    if preset.method != .unguided && preset.guide == nil && own.gnet == nil {
      throw SettingsError(
        "preset \(preset.name): it is not known which network guides it; name one by --gnet")
    }
  }

  private func load(_ preset: Preset) throws -> NetworkOptions.Loaded {
    let fetcher = Fetcher(source, isQuiet: output.quiet)
    let missing = zip([own.net, own.gnet], preset.networks).filter { $0.0 == nil }.map(\.1)
    let references = own.ref == nil ? [PublishedFile.references(preset.main.data)] : []
    let needsDecoder = own.net == nil && preset.main.data == .img512 && vae.vae == nil
    let needsFeatures = preset.metric == .fdDINOv2 && features.dinov2 == nil
    let others: [PublishedFile] =
      (needsDecoder ? [.latentDecoder] : []) + (needsFeatures ? [.dinoV2] : [])
    _ = try fetcher.fetch(FetchPlan(missing, references + others))
    let main = try own.net ?? fetcher.network(preset.main)
    let guide = try own.gnet ?? preset.guide.map { try fetcher.network($0) }
    return NetworkOptions.Loaded(
      title: preset.name, main: try EDM2Network(main),
      guides: try guide.map { [try EDM2Network($0)] } ?? [], settings: preset.settings)
  }

  private func reference(_ preset: Preset) throws -> StatisticsFile {
    try StatisticsFile.reference(
      own.ref ?? PublishedFile.references(preset.main.data).location().path)
  }

  private static func networks(
    _ loaded: NetworkOptions.Loaded, _ preset: Preset
  ) -> [ReproductionReport.Network] {
    let published = preset.networks.map { Optional($0.configuration) } + [nil]
    return zip([loaded.main] + loaded.guides, published).map { network, published in
      ReproductionReport.Network(
        file: network.fileName, sha256: network.sha256,
        isOfPublishedSize: published?.isOfSize(of: network.configuration) ?? false)
    }
  }
}

extension Preset.Metric {
  /// The metric that is computed.
  var metric: Metric { self == .fid ? .fid : .fdDINOv2 }
}

extension EDM2Configuration {
  /// Whether images, classes and widths are the same.
  fileprivate func isOfSize(of other: EDM2Configuration) -> Bool {
    imageResolution == other.imageResolution && imageChannels == other.imageChannels
      && labelCount == other.labelCount && levelChannels == other.levelChannels
  }
}
