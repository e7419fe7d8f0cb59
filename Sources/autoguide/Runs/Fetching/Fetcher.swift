import Downloads
import Foundation
import GuidedDiffusion

/// Fetches published files into the user's cache and checks those that are there.
struct Fetcher {
  let options: FetchOptions
  let folder: URL
  let isQuiet: Bool

  init(_ options: FetchOptions, in folder: URL = CacheFolder.networks.url, isQuiet: Bool) {
    (self.options, self.folder, self.isQuiet) = (options, folder, isQuiet)
  }

  /// Fetches everything of a plan; says before what it will take.
  ///
  /// - Returns: the files, in the order of the plan.
  /// - Throws: `DownloadError`, `FileError`, `CancellationError`; what has arrived stays.
  func fetch(_ plan: FetchPlan) throws -> [String] {
    if plan.bytes > 0 && !isQuiet { plan.lines.forEach(Console.complain) }
    return try plan.items.map { item in
      switch item.target {
      case .network(let network): try self.network(network)
      case .file(let file): try self.file(file)
      }
    }
  }

  /// A network's file.
  func network(_ network: PublishedNetwork) throws -> String {
    let published = PublishedFile.network(network)
    if let file = network.file(in: folder), file.path != published.location(in: folder).path {
      return file.path  // converted, or reconstructed
    }
    do {
      return try file(published)
    } catch let error as DownloadError where error.kind == .missing && !network.isPublished {
      return try reconstruct(network)
    }
  }

  /// Any other file.
  func file(_ file: PublishedFile) throws -> String {
    let path = file.location(in: folder).path
    var download = Download(options.url(file), to: path)
    download.isOffline = options.offline
    download.sha256 = file.sha256
    // What is much larger is something else.
    download.limit = 2 * file.bytes + 16 << 20
    download.check = { try file.check($0) }
    let name = URL(fileURLWithPath: path).lastPathComponent
    let line = ShareLine("fetching \(name)", isQuiet: isQuiet)
    let outcome = try download.run {
      if !isQuiet { Console.complain("another process is fetching \(name): waiting for it") }
    } progress: { count, total in
      line.update(min(1, Double(count) / Double(total ?? file.bytes)))
    }
    if outcome == .fetched { line.finish() }
    return path
  }

  /// Where a reconstructed network lies.
  static func reconstruction(of network: PublishedNetwork, in folder: URL) -> URL {
    folder.appendingPathComponent("\(network.name).safetensors")
  }
}

extension PublishedFile {
  /// Whether the file at a path holds what it should.
  ///
  /// - Throws: what is wrong with it.
  fileprivate func check(_ path: String) throws {
    switch kind {
    case .network, .snapshot: _ = try EDM2Network(path)
    case .referenceStatistics: _ = try FeatureGaussian.read(path)
    case .decoder, .featureNetwork: _ = try Checkpoint.open(path)
    }
  }
}
