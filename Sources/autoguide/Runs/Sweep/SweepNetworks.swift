import Foundation
import GuidedDiffusion

/// The networks of a sweep: files as they are, or averages of trainings.
final class SweepNetworks {
  /// The main network.
  let main: Source

  /// The guides, each with a curve of its own.
  let guides: [Guide]

  /// Of all points, but for guidance.
  let settings: SamplerSettings

  /// Averages that were read, by path: a network's digest is computed once.
  private var averages: [String: EDM2Network] = [:]

  /// Where a network comes from.
  enum Source {
    case network(EDM2Network)
    case training(SweepTraining)

    /// A network of the same configuration.
    var example: EDM2Network {
      switch self {
      case .network(let network): network
      case .training(let training): training.example
      }
    }

    /// The training, if averages are made.
    var training: SweepTraining? {
      if case .training(let training) = self { training } else { nil }
    }

    /// For tables and files: the name without ending.
    var name: String {
      switch self {
      case .network(let network):
        let ending = [".pkl", ".safetensors"].first(where: network.fileName.hasSuffix) ?? ""
        return String(network.fileName.dropLast(ending.count))
      case .training(let training): return training.name
      }
    }

    /// The folder and the name, to tell networks of one name apart.
    var longName: String {
      let parts = example.source.split(separator: "/")
      return (parts.dropLast().suffix(1) + [Substring(name)]).joined(separator: "/")
    }
  }

  /// A guide.
  struct Guide {
    /// In tables and charts.
    var name: String
    var source: Source

    /// Where it acts; everywhere if nil.
    var interval: GuidanceInterval?
  }

  /// Networks with the names and settings of guides.
  ///
  /// - Parameters:
  ///   - main: the main network.
  ///   - guides: the guides' networks.
  ///   - labels: names of the guides; those of their files if there are none.
  ///   - intervals: where guides act, one for each; that of the settings if there are none.
  ///   - settings: of all points.
  /// - Throws: ``SettingsError`` if the numbers differ, or names do not tell the guides apart.
  init(
    main: Source, guides: [Source], labels: [String], intervals: [GuidanceInterval?],
    settings: SamplerSettings
  ) throws(SettingsError) {
    for (option, count) in [("label", labels.count), ("guide-interval", intervals.count)]
    where count > 0 && count != guides.count {
      throw SettingsError(
        "\(count) --\(option) for \(guides.count) guiding networks: give one for each")
    }
    let short = guides.map(\.name)
    let own = Set(short).count == short.count ? short : guides.map(\.longName)
    let names = labels.isEmpty ? own : labels
    guard Set(names).count == names.count else {
      throw SettingsError("guides of one name: tell them apart by --label, one for each --gnet")
    }
    self.main = main
    self.guides = guides.indices.map {
      Guide(
        name: names[$0], source: guides[$0],
        interval: intervals.isEmpty ? settings.interval : intervals[$0])
    }
    var settings = settings
    (settings.interval, settings.guidance) = (nil, [])
    self.settings = settings
  }

  /// Makes the averages that points need.
  func make(_ points: [SweepPoint], isQuiet: Bool) throws {
    try main.training?.make(lengths(points.compactMap(\.ema)), isQuiet: isQuiet)
    for (index, guide) in guides.enumerated() {
      let own = points.filter { $0.guide == index }
      try guide.source.training?.make(lengths(own.compactMap(\.guideEMA)), isQuiet: isQuiet)
    }
  }

  private func lengths(_ lengths: [Double]) -> [Double] { Set(lengths).sorted() }

  /// What draws a point, with its settings. Averages that are not made yet are stood in for by a
  /// snapshot.
  func networks(of point: SweepPoint) throws(CheckpointError) -> NetworkOptions.Loaded {
    var settings = settings
    var loadedGuides: [EDM2Network] = []
    if let guide = point.guide {
      settings.guidance = [point.guidance]
      settings.interval = guides[guide].interval
      loadedGuides = [try network(guides[guide].source, point.guideEMA)]
    }
    return NetworkOptions.Loaded(
      title: point.text, main: try network(main, point.ema), guides: loadedGuides,
      settings: settings)
  }

  private func network(
    _ source: Source, _ length: Double?
  ) throws(CheckpointError) -> EDM2Network {
    guard let training = source.training,
      let average = length.flatMap(PowerFunctionEMA.init),
      case let path = training.file(average), isRegularFile(path)
    else { return source.example }
    if let network = averages[path] { return network }
    let network = try EDM2Network(path)
    averages[path] = network
    return network
  }
}
