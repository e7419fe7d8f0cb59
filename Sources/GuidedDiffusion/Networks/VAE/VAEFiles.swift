import Foundation

/// The files of an autoencoder.
struct VAEFiles {
  /// File of the weights.
  let weights: String

  /// `config.json` beside them, if there is one.
  let configuration: String?

  /// Finds the files.
  ///
  /// - Parameter path: of a folder with the weights, of one with such a folder `vae`, or of a file.
  /// - Throws: ``CheckpointError`` if there are no weights in a folder.
  init(_ path: String) throws(CheckpointError) {
    guard Self.isFolder(path) else {
      weights = path
      configuration = nil
      return
    }
    let places = [path, "\(path)/vae"].flatMap { folder in
      Self.names.map { (folder: folder, weights: "\(folder)/\($0)") }
    }
    guard let place = places.first(where: { Self.exists($0.weights) }) else {
      throw CheckpointError(
        file: path, reason: "the folder has none of \(Self.names.joined(separator: ", "))")
    }
    weights = place.weights
    let configuration = "\(place.folder)/config.json"
    self.configuration = Self.exists(configuration) ? configuration : nil
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
