import Foundation
import GuidedDiffusion

/// A training whose averages a sweep makes, and keeps in its folder.
struct SweepTraining {
  /// For tables and files, such as `main`.
  let name: String

  /// Makes the averages.
  let reconstruction: EMAReconstruction

  /// A snapshot: a network like the averages.
  let example: EDM2Network

  /// Folder of the averages. Its name tells trainings apart.
  private let folder: String

  /// The training that a path names.
  ///
  /// - Parameters:
  ///   - path: a folder of snapshots, or a snapshot, whose time is that of the averages.
  ///   - folder: in which a folder for the averages is made.
  /// - Throws: ``FileError``, ``SettingsError`` if there are no snapshots; ``CheckpointError``.
  init(_ path: String, in folder: String) throws {
    let url = URL(fileURLWithPath: path).standardizedFileURL
    if let name = SnapshotName(fileName: url.lastPathComponent), !Self.isFolder(path) {
      // Whether the file is there is said best by the list of its neighbours.
      let parent = URL(fileURLWithPath: path).deletingLastPathComponent().relativePath
      try self.init(
        EMAReconstruction(Snapshot.list(parent, prefix: name.prefix), kimg: name.kimg),
        name: url.deletingLastPathComponent().lastPathComponent, in: folder)
    } else {
      try self.init(
        EMAReconstruction(Snapshot.list(path)), name: url.lastPathComponent, in: folder)
    }
  }

  /// A training with its snapshots.
  init(_ reconstruction: EMAReconstruction, name: String, in folder: String) throws {
    let snapshots = reconstruction.snapshots
    // Other weights or other snapshots make other averages.
    let example = try EDM2Network(snapshots[snapshots.count - 1].path)
    var digest = SHA256()
    digest.update(example.sha256)
    for snapshot in snapshots { digest.update(snapshot.name.stem) }
    self.folder = "\(folder)/\(SweepFolder.fileName(name))-\(digest.finish().prefix(8))"
    (self.name, self.reconstruction, self.example) = (name, reconstruction, example)
  }

  /// Whether a path names a folder.
  static func isFolder(_ path: String) -> Bool {
    var isFolder: ObjCBool = false
    return unsafe FileManager.default.fileExists(atPath: path, isDirectory: &isFolder)
      && isFolder.boolValue
  }

  /// The file of an average, as `ema reconstruct` names it.
  func file(_ average: PowerFunctionEMA) -> String {
    let name = SnapshotName(prefix: "phema", kimg: reconstruction.kimg, average: average)
    return "\(folder)/\(name.fileName)"
  }

  /// Makes averages that are not there.
  func make(_ lengths: [Double], isQuiet: Bool) throws {
    let missing = lengths.compactMap(PowerFunctionEMA.init).filter { !isRegularFile(file($0)) }
    guard let first = missing.first else { return }
    try checkWritable(file(first))
    try reconstruction.run(
      missing.map { .init(average: $0, path: file($0)) }, name: " of \(name)", isQuiet: isQuiet)
  }
}

extension EMAReconstruction {
  /// Makes any number of averages, some in one pass, and says how far it is.
  ///
  /// - Parameters:
  ///   - outputs: to make; those of a pass appear together.
  ///   - name: of the training, with a word before it; may be empty.
  ///   - batch: averages per pass.
  ///   - isQuiet: whether nothing is said.
  /// - Throws: as ``run(_:progress:)``, `CancellationError`.
  func run(_ outputs: [Output], name: String = "", batch: Int = 8, isQuiet: Bool) throws {
    let line = ShareLine(
      "\(outputs.count) networks\(name) from \(snapshots.count) snapshots", isQuiet: isQuiet)
    for start in stride(from: 0, to: outputs.count, by: batch) {
      let part = Array(outputs[start..<min(start + batch, outputs.count)])
      try run(part) {
        line.update((Double(start) + $0 * Double(part.count)) / Double(outputs.count))
        try Task.checkCancellation()
      }
    }
    line.finish()
  }
}
