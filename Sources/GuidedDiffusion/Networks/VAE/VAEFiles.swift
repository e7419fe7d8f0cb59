import Foundation

/// The files of an autoencoder.
struct VAEFiles {
  /// File of the weights.
  let weights: String

  /// `config.json` beside them, if they lie in a folder.
  let configuration: String?

  /// Finds the files.
  ///
  /// - Parameter path: of a folder with `config.json`, of one with such a folder `vae`, or of a file.
  /// - Throws: ``CheckpointError`` if a folder lacks one of them.
  init(_ path: String) throws(CheckpointError) {
    guard Self.isFolder(path) else {
      weights = path
      configuration = nil
      return
    }
    let folders = [path, "\(path)/vae"]
    guard let folder = folders.first(where: { Self.exists("\($0)/config.json") }) else {
      throw CheckpointError(file: path, reason: "the folder has no config.json")
    }
    let names = Self.names.map { "\(folder)/\($0)" }
    guard let weights = names.first(where: Self.exists) else {
      throw CheckpointError(
        file: folder, reason: "the folder has none of \(Self.names.joined(separator: ", "))")
    }
    self.weights = weights
    configuration = "\(folder)/config.json"
  }

  /// Names of weights, the best first.
  private static let names = [
    "diffusion_pytorch_model.safetensors", "diffusion_pytorch_model.bin",
    "diffusion_pytorch_model.fp16.safetensors", "diffusion_pytorch_model.fp16.bin",
  ]

  private static func exists(_ path: String) -> Bool {
    FileManager.default.fileExists(atPath: path)
  }

  private static func isFolder(_ path: String) -> Bool {
    var isFolder: ObjCBool = false
    return unsafe FileManager.default.fileExists(atPath: path, isDirectory: &isFolder)
      && isFolder.boolValue
  }
}
