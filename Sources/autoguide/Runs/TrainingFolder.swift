import Foundation
import GuidedDiffusion

/// The folder of one training: options, status, snapshots, samples, and the state from which it
/// goes on.
///
/// | file | content |
/// |---|---|
/// | `training_options.json` | the recipe, and what it is trained on |
/// | `log.txt` | status lines |
/// | `stats.jsonl` | the same as one JSON object per line |
/// | `network-snapshot-<kimg>-<EMA>.safetensors` | averages |
/// | `samples-<kimg>.png` | images of the first average |
/// | `loss.png` | the curve of the loss |
/// | `training-state.safetensors` | all that the next step needs |
struct TrainingFolder {
  let path: String

  /// Makes the folder.
  init(_ path: String) throws(FileError) {
    self.path = path
    try makeFolder(of: Self.file("log.txt", in: path))
  }

  var options: String { file("training_options.json") }
  var log: String { file("log.txt") }
  var stats: String { file("stats.jsonl") }
  var loss: String { file("loss.png") }
  var state: String { file("training-state.safetensors") }

  /// A snapshot for samples alone, which is taken away.
  var scratch: String { file(".samples.safetensors") }

  /// The snapshot of an average at a time.
  func snapshot(_ average: PowerFunctionEMA, images: Int) -> String {
    file(
      SnapshotName(prefix: "network-snapshot", kimg: images / 1000, average: average).fileName)
  }

  /// The samples at a time.
  func samples(images: Int) -> String {
    file(String(format: "samples-%07d.png", images / 1000))
  }

  /// Takes away what an earlier training left.
  func clear() throws(FileError) {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
    let own = Set(
      [options, log, stats, loss, state].map { URL(fileURLWithPath: $0).lastPathComponent })
    for name in names {
      let isSnapshot = SnapshotName(fileName: name)?.prefix == "network-snapshot"
      let isSamples = name.hasPrefix("samples-") && name.hasSuffix(".png")
      guard own.contains(name) || isSnapshot || isSamples else { continue }
      do {
        try FileManager.default.removeItem(atPath: file(name))
      } catch {
        throw FileError("remove", file(name), reason: error.localizedDescription)
      }
    }
  }

  private func file(_ name: String) -> String { Self.file(name, in: path) }

  private static func file(_ name: String, in folder: String) -> String {
    URL(fileURLWithPath: folder, isDirectory: true).appendingPathComponent(name).relativePath
  }
}
