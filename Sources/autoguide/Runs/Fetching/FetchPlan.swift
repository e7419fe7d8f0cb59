import Foundation
import GuidedDiffusion

/// Files that are wanted, and what is to be done for each.
struct FetchPlan {
  /// In order, each once.
  private(set) var items: [Item] = []

  /// Where networks are kept.
  let folder: URL

  /// One file.
  struct Item {
    var target: Target
    var action: Action

    /// Where it lies, or will.
    var path: String

    /// Bytes that are to come, about.
    var bytes: Int
  }

  /// A network, by itself or from its snapshots, or another file.
  enum Target: Hashable {
    case network(PublishedNetwork)
    case file(PublishedFile)
  }

  /// What is to be done.
  enum Action: Hashable {
    case nothing
    case download
    /// So many snapshots, unless the file is published after all.
    case reconstruct(Int)
  }

  /// A plan for some networks and other files.
  init(
    _ networks: [PublishedNetwork], _ files: [PublishedFile],
    in folder: URL = CacheFolder.networks.url
  ) {
    self.folder = folder
    for network in networks { add(network) }
    for file in files { add(file) }
  }

  /// A plan for the networks of presets, and if it is to be complete, for reference statistics,
  /// decoder and feature network, too.
  init(_ presets: [Preset], isComplete: Bool, in folder: URL = CacheFolder.networks.url) {
    self.init(
      presets.flatMap(\.networks), isComplete ? presets.flatMap(\.otherFiles) : [], in: folder)
  }

  private mutating func add(_ network: PublishedNetwork) {
    guard !items.contains(where: { $0.target == .network(network) }) else { return }
    if let file = network.file(in: folder) {
      return items.append(
        Item(target: .network(network), action: .nothing, path: file.path, bytes: 0))
    }
    let path = PublishedFile.network(network).location(in: folder).path
    items.append(
      network.isPublished
        ? Item(
          target: .network(network), action: .download, path: path, bytes: network.bytes)
        : Item(
          target: .network(network), action: .reconstruct(network.snapshotCount),
          path: Fetcher.reconstruction(of: network, in: folder).path,
          bytes: network.snapshotCount * network.bytes))
  }

  private mutating func add(_ file: PublishedFile) {
    guard !items.contains(where: { $0.target == .file(file) }) else { return }
    let path = file.location(in: folder).path
    let isThere = isRegularFile(path)
    items.append(
      Item(
        target: .file(file), action: isThere ? .nothing : .download, path: path,
        bytes: isThere ? 0 : file.bytes))
  }

  /// Bytes to come, about.
  var bytes: Int { items.reduce(0) { $0 + $1.bytes } }

  /// What a download will take, for people: a line per file and a sum, with the licences.
  var lines: [String] {
    var lines = items.map { item in
      let what =
        switch item.action {
        case .nothing: "there already"
        case .download: Units.bytes(item.bytes)
        case .reconstruct(let count):
          "\(Units.bytes(item.bytes)): reconstructed from about \(count) snapshots, if it is not "
            + "published"
        }
      return "\(item.name)  \(what)"
    }
    let licences = Set(items.filter { $0.action != .nothing }.map(\.licence)).sorted()
    if !licences.isEmpty {
      lines.append(
        "to download: \(Units.bytes(bytes)) into \(folder.path), licensed by the authors: "
          + licences.joined(separator: ", "))
    }
    return lines
  }
}

extension FetchPlan.Item {
  /// Name of the file.
  var name: String {
    switch target {
    case .network(let network): network.fileName
    case .file(let file): file.path
    }
  }

  /// Terms of use.
  var licence: String {
    switch target {
    case .network: PublishedNetwork.licence
    case .file(let file): file.licence
    }
  }
}
