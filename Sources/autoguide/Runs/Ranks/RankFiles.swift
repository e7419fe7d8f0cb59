import Foundation
import GuidedDiffusion

/// The files of processes that share a run: one each beside the file of the whole, named
/// `w2.rank-3-of-8.safetensors` for `w2.safetensors`.
struct RankFiles {
  /// The file of the whole.
  let path: String

  /// The file of one process.
  func path(of rank: Rank) -> String { "\(stem).rank-\(rank.index)-of-\(rank.count).safetensors" }

  private var stem: String {
    path.hasSuffix(".safetensors") ? String(path.dropLast(".safetensors".count)) : path
  }

  /// The files that are there, also those of a run with another number of processes.
  var found: [String] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    return names.sorted().filter(isOfRank).map { stem + $0.dropFirst(prefix.count) }
  }

  private var folder: URL { URL(fileURLWithPath: path).deletingLastPathComponent() }

  private var prefix: String { URL(fileURLWithPath: stem).lastPathComponent }

  private func isOfRank(_ name: String) -> Bool {
    name.hasPrefix(prefix)
      && name.dropFirst(prefix.count).wholeMatch(of: /\.rank-\d+-of-\d+\.safetensors/) != nil
  }

  /// The seeds whose images are in the file of the whole, or in another process's.
  ///
  /// - Parameters:
  ///   - empty: statistics of nothing yet, as those in the files must be.
  ///   - own: the file that does not count.
  /// - Returns: ranges, in no order.
  /// - Throws: ``Failure`` if a file is of another run, ``CheckpointError`` if one is damaged.
  func seeds(
    _ empty: ImageStatistics, otherThan own: String
  ) throws -> [Range<Int>] {
    let lock = try FileLock("\(path).lock") { try Task.checkCancellation() }
    defer { _ = lock }
    let others = (isRegularFile(path) ? [path] : []) + found
    return try others.filter { $0 != own }.flatMap { try read($0, empty).numbers }
  }

  /// Joins all files, if everything is there.
  ///
  /// The last of several processes finds everything there; until then each finds something missing.
  ///
  /// - Parameters:
  ///   - seeds: what the whole must hold.
  ///   - empty: statistics of nothing yet, as those in the files must be.
  ///   - held: statistics that came otherwise.
  /// - Returns: the whole, which is in its file then; nil if something is missing.
  /// - Throws: as ``seeds(_:otherThan:)``, ``FileError``.
  func merge(
    _ seeds: [Range<Int>], _ empty: ImageStatistics,
    with held: ImageStatistics? = nil
  ) throws -> ImageStatistics? {
    let lock = try FileLock("\(path).lock") { try Task.checkCancellation() }
    defer { _ = lock }
    var whole =
      isRegularFile(path) ? try read(path, empty) : empty
    for block in seeds.flatMap(FeatureStatistics.blocks) where !whole.contains(block) {
      whole.removeParts(of: block)
    }
    var isNew = false
    if let held, !held.numbers.allSatisfy(whole.contains) {
      try whole.merge(held)
      isNew = true
    }
    var merged: [String] = []
    for file in found {
      let part = try read(file, empty)
      // A process that was killed right after it had joined all leaves what is in already.
      if !part.numbers.allSatisfy(whole.contains) {
        do { try whole.merge(part) } catch {
          throw Failure("\(file): \(error); delete it to have its images drawn again")
        }
      }
      merged.append(file)
    }
    guard seeds.flatMap(FeatureStatistics.blocks).allSatisfy(whole.contains) else { return nil }
    if isNew || !merged.isEmpty { try whole.write(to: path) }
    for file in merged { try? FileManager.default.removeItem(atPath: file) }
    AtomicFile.removeAbandoned(in: folder, where: isOfRank)
    return whole
  }

  private func read(
    _ file: String, _ empty: ImageStatistics
  ) throws -> ImageStatistics {
    let statistics = try ImageStatistics(file)
    guard statistics.emptied == empty else {
      throw Failure("\(file) is of other images, features or algorithms: choose another --dest")
    }
    return statistics
  }
}
