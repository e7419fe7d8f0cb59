import Foundation

extension Preset {
  /// All presets: the 36 official ones, then the other published rows.
  public static let all: [Preset] = rows.flatMap(\.presets)

  /// The presets that the official tool knows.
  public static var official: [Preset] { all.filter(\.isOfficial) }

  /// Finds a preset by name.
  ///
  /// - Parameter name: for example `edm2-img512-s-autog-fid`.
  /// - Returns: the preset.
  /// - Throws: ``SettingsError`` with the most similar name.
  public static func named(_ name: String) throws(SettingsError) -> Preset {
    if let preset = all.first(where: { $0.name == name }) { return preset }
    let nearest = all.map(\.name).min { distance($0, name) < distance($1, name) } ?? ""
    throw SettingsError("preset '\(name)' is not known; the most similar one is \(nearest)")
  }

  /// The files of the preset on this machine.
  public struct Files: Hashable, Sendable {
    /// The main network.
    public let main: URL

    /// The guiding network, if there is one.
    public let guide: URL?
  }

  /// Finds the networks in a folder, as published or converted (`.safetensors`).
  ///
  /// - Parameter folder: where networks are kept.
  /// - Returns: files that exist.
  /// - Throws: ``SettingsError`` that says which files are missing, where they can be had, and
  ///   where to put them.
  public func locate(
    in folder: URL = CacheFolder.networks.url
  ) throws(SettingsError) -> Files {
    if method != .unguided && guide == nil {
      throw SettingsError(
        "preset \(name): it is not known which network guides it; give --net and --gnet instead")
    }
    let found = networks.map { ($0, $0.file(in: folder)) }
    let missing = found.filter { $0.1 == nil }.map(\.0)
    guard missing.isEmpty, let main = found[0].1 else {
      throw SettingsError(complaint(missing, folder))
    }
    return Files(main: main, guide: found.dropFirst().first?.1)
  }

  private func complaint(_ missing: [PublishedNetwork], _ folder: URL) -> String {
    let start = "preset \(name): run 'autoguide fetch \(name)', or put into \(folder.path)"
    let licence = "(licence \(PublishedNetwork.licence))"
    switch availability {
    case .published:
      let urls = missing.map(\.url).joined(separator: " and ")
      return "\(start) the missing \(urls) \(licence)"
    case .needsReconstruction:
      let names = missing.map(\.fileName).joined(separator: " and ")
      let sources = Set(missing.map(\.snapshots)).sorted().joined(separator: " and ")
      return "\(start) the missing \(names), reconstructed from the snapshots of \(sources) "
        + licence
    case .unknown:
      let names = missing.map(\.fileName).joined(separator: " and ")
      return "\(start) the missing \(names), not known to be published \(licence)"
    }
  }

  /// Number of characters to add, drop or change (Levenshtein).
  private static func distance(_ a: String, _ b: String) -> Int {
    let b = Array(b)
    var row = Array(0...b.count)
    for (index, character) in a.enumerated() {
      var diagonal = row[0]
      row[0] = index + 1
      for column in b.indices {
        let replaced = diagonal + (b[column] == character ? 0 : 1)
        diagonal = row[column + 1]
        row[column + 1] = min(replaced, row[column] + 1, row[column + 1] + 1)
      }
    }
    return row[b.count]
  }
}

extension PublishedNetwork {
  /// The file in `folder`, converted or as published, if it exists.
  public func file(in folder: URL) -> URL? {
    ["safetensors", "pkl"].map { folder.appendingPathComponent("\(name).\($0)") }
      .first { FileManager.default.fileExists(atPath: $0.path) }
  }
}
