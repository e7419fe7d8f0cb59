import Foundation

/// A stored average of a training, in a file of its own.
public struct Snapshot: Sendable {
  /// What its file's name says.
  public let name: SnapshotName

  /// Path of the file.
  public let path: String

  /// The snapshots in a folder.
  ///
  /// If a snapshot is there as `.pkl` and, converted, as `.safetensors`, the latter is taken.
  ///
  /// - Parameters:
  ///   - folder: for example a training run's; other files in it are passed over.
  ///   - prefix: of the names to take; all if nil.
  ///   - averages: lengths to take; all if nil.
  /// - Returns: sorted by time and length.
  /// - Throws: ``FileError`` if the folder cannot be read or holds two snapshots of one time and
  ///   length.
  public static func list(
    _ folder: String, prefix: String? = nil, averages: [PowerFunctionEMA]? = nil
  ) throws(FileError) -> [Snapshot] {
    let files: [String]
    do {
      files = try FileManager.default.contentsOfDirectory(atPath: folder)
    } catch {
      throw FileError("read", folder, reason: "it is no folder that can be read")
    }
    var byStem: [String: Snapshot] = [:]
    for file in files.sorted() {  // .pkl before .safetensors
      guard let name = SnapshotName(fileName: file) else { continue }
      if let prefix, name.prefix != prefix { continue }
      if let averages, !averages.contains(name.average) { continue }
      let path = URL(fileURLWithPath: folder).appendingPathComponent(file).relativePath
      byStem[name.stem] = Snapshot(name: name, path: path)
    }
    let found = byStem.values.sorted {
      ($0.name.kimg, $0.name.average.length, $0.path)
        < ($1.name.kimg, $1.name.average.length, $1.path)
    }
    for (one, next) in zip(found, found.dropFirst())
    where one.name.kimg == next.name.kimg && one.name.average == next.name.average {
      throw FileError(
        "read", folder,
        reason: "two snapshots of one time and EMA length, \(one.name.stem) and "
          + "\(next.name.stem); choose one prefix")
    }
    return found
  }
}
