import ArgumentParser
import GuidedDiffusion

/// Which networks a sweep combines, and by which EMA lengths.
struct SweepNetworkOptions: ParsableArguments {
  @OptionGroup var networks: NetworkOptions

  @Option(
    help: ArgumentHelp(
      "Name of a guide in tables and charts, one for each --gnet. (default: their files' names)",
      valueName: "name"))
  var label: [String] = []

  @Option(
    parsing: .unconditionalSingleValue,
    help: ArgumentHelp(
      "Where a guide acts, as --interval, or 'all'; one for each --gnet. (default: --interval)",
      valueName: "LO,HI|steps:FIRST-LAST|all"),
    transform: { try Reach(parsing: $0) })
  var guideInterval: [Reach] = []

  /// Where one guide acts.
  struct Reach {
    /// Everywhere if nil.
    let interval: GuidanceInterval?

    init(parsing text: String) throws(SettingsError) {
      interval = text == "all" ? nil : try GuidanceInterval(parsing: text)
    }
  }

  @Option(
    help: ArgumentHelp(
      "EMA lengths of the main network, as 0.05,0.10; --net is then a training's folder, or a "
        + "snapshot.", valueName: "list"))
  var ema: AverageLengths?

  @Option(
    help: ArgumentHelp(
      "EMA lengths of the guides that are folders or snapshots. (default: that of the main network)",
      valueName: "list"))
  var guideEMA: AverageLengths?

  /// Reads the networks, or the lists of snapshots.
  ///
  /// - Parameters:
  ///   - sampling: what the user asked for.
  ///   - folder: where averages are kept.
  /// - Returns: the networks, and the EMA lengths of main network and guides.
  /// - Throws: what is wrong with a file; ``SettingsError`` for options that do not fit.
  func load(
    _ sampling: SamplingOptions, in folder: String
  ) throws -> (SweepNetworks, ema: [Double], guides: [SweepGrid.Lengths]) {
    let loaded = try loaded(in: folder)
    var settings = loaded.settings
    sampling.apply(to: &settings)
    let networks = try SweepNetworks(
      main: loaded.main, guides: loaded.guides, labels: label,
      intervals: guideInterval.map(\.interval),
      settings: settings)
    let guides = loaded.guides.map { guide -> SweepGrid.Lengths in
      if guide.training == nil { return .none }
      return guideEMA.map { .each($0.lengths) } ?? .same
    }
    if guideEMA != nil && guides.allSatisfy({ $0 == .none }) {
      throw SettingsError("--guide-ema needs a --gnet that is a training's folder or a snapshot")
    }
    return (networks, ema?.lengths ?? [], guides)
  }

  private func loaded(
    in folder: String
  ) throws -> (
    main: SweepNetworks.Source, guides: [SweepNetworks.Source], settings: SamplerSettings
  ) {
    for list in [ema, guideEMA].compactMap(\.self) { try list.checkNames() }
    if ema == nil && guideEMA == nil {
      if let path = ([networks.net].compactMap(\.self) + networks.gnet)
        .first(where: SweepTraining.isFolder)
      {
        throw SettingsError("\(path) is a folder: give --ema or --guide-ema for its averages")
      }
      let loaded = try networks.load()
      return (.network(loaded.main), loaded.guides.map { .network($0) }, loaded.settings)
    }
    guard let net = networks.net else {
      throw SettingsError("--ema and --guide-ema need --net: a training's folder or a snapshot")
    }
    let settings = try networks.preset.map { try Preset.named($0).settings } ?? SamplerSettings()
    let main: SweepNetworks.Source =
      ema == nil
      ? .network(try EDM2Network(net)) : .training(try SweepTraining(net, in: folder))
    let guides = try networks.gnet.map { path -> SweepNetworks.Source in
      let isSnapshot = guideEMA != nil && SnapshotName(fileName: path.lastPart) != nil
      return SweepTraining.isFolder(path) || isSnapshot
        ? .training(try SweepTraining(path, in: folder)) : .network(try EDM2Network(path))
    }
    return (main, guides, settings)
  }
}

extension AverageLengths {
  /// As numbers.
  var lengths: [Double] { values.map(\.length) }

  /// Checks that names of three decimals tell the lengths.
  func checkNames() throws(SettingsError) {
    if let odd = lengths.first(where: { ($0 * 1000 - ($0 * 1000).rounded()).magnitude > 1e-6 }) {
      throw SettingsError("an EMA length of \(odd): give three decimals at most")
    }
  }
}

extension String {
  /// What follows the last slash.
  fileprivate var lastPart: String { split(separator: "/").last.map(String.init) ?? self }
}
