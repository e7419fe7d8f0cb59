import Downloads
import Foundation
import GuidedDiffusion

extension Fetcher {
  /// Reconstructs a network from the published snapshots of its training (EDM2 section 3).
  ///
  /// - Returns: the file.
  /// - Throws: ``Failure`` if there are no snapshots of that training up to its time.
  func reconstruct(_ network: PublishedNetwork) throws -> String {
    guard let average = PowerFunctionEMA(length: network.ema) else {
      throw Failure("\(network.name): no average is that long")
    }
    let snapshots = folder.appendingPathComponent("raw-snapshots/\(network.model)")
    for name in try snapshotNames(of: network) {
      _ = try file(.snapshot(name, of: network))
    }
    let target = Self.reconstruction(of: network, in: folder).path
    let reconstruction = try EMAReconstruction(
      Snapshot.list(snapshots.path), kimg: network.kimg)
    let count = reconstruction.snapshots.count
    let line = ShareLine(
      "reconstructing \(network.name) from \(count) snapshots", isQuiet: isQuiet)
    try reconstruction.run([.init(average: average, path: target)]) {
      line.update($0)
      try Task.checkCancellation()
    }
    line.finish()
    return target
  }

  /// The names of the published snapshots up to the network's time.
  private func snapshotNames(of network: PublishedNetwork) throws -> [String] {
    let url = options.url(.snapshot("", of: network))
    let names: [String]
    do {
      names = try RemoteFolder(url).names()
    } catch let error as DownloadError where error.kind == .missing {
      throw Failure(
        "\(network.fileName) is not published, and there are no snapshots at \(url) to make it "
          + "from")
    }
    let known = names.compactMap { name in
      SnapshotName(fileName: name).map { (name: name, kimg: $0.kimg) }
    }
    let usable = known.filter { 0 < $0.kimg && $0.kimg <= network.kimg }
    guard usable.contains(where: { $0.kimg == network.kimg }) else {
      throw Failure(
        "\(network.fileName) is not published, and \(url) lists no snapshots at \(network.kimg) kimg "
          + "to make it from")
    }
    return usable.map(\.name).sorted()
  }
}
