import Foundation
import GuidedDiffusion

/// The networks of a sweep.
struct SweepNetworks {
  let main: EDM2Network

  /// The guides, each with its name in tables and charts.
  let guides: [(name: String, network: EDM2Network)]

  /// A preset's settings, or the defaults.
  let settings: SamplerSettings

  /// Networks that were read.
  ///
  /// - Parameters:
  ///   - loaded: the main network and all guides.
  ///   - labels: names of the guides; those of their files if there are none.
  /// - Throws: ``SettingsError`` if the labels do not fit.
  init(_ loaded: NetworkOptions.Loaded, labels: [String]) throws(SettingsError) {
    main = loaded.main
    settings = loaded.settings
    let names = labels.isEmpty ? Self.names(loaded.guides) : labels
    guard names.count == loaded.guides.count else {
      throw SettingsError(
        "\(labels.count) --label for \(loaded.guides.count) guiding networks: give one for each")
    }
    guard Set(names).count == names.count else {
      throw SettingsError("guides of one name: tell them apart by --label, one for each --gnet")
    }
    guides = zip(names, loaded.guides).map { (name: $0, network: $1) }
  }

  /// Names of files without ending; with their folder where that tells them apart.
  private static func names(_ networks: [EDM2Network]) -> [String] {
    let paths = networks.map { network in
      let ending = [".pkl", ".safetensors"].first(where: network.source.hasSuffix) ?? ""
      return network.source.dropLast(ending.count).split(separator: "/")
    }
    let names = paths.map { $0.last.map(String.init) ?? "guide" }
    guard Set(names).count < names.count else { return names }
    return paths.map { $0.suffix(2).joined(separator: "/") }
  }

  /// What draws a point, with its settings.
  func networks(of point: SweepPoint, _ adjust: (inout SamplerSettings) -> Void)
    -> NetworkOptions.Loaded
  {
    var settings = settings
    adjust(&settings)
    settings.guidance = point.isUnguided ? [] : [point.guidance]
    return NetworkOptions.Loaded(
      title: point.text, main: main, guides: point.guide.map { [guides[$0].network] } ?? [],
      settings: settings)
  }
}
