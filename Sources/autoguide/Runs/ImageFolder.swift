import Figures
import Foundation
import GuidedDiffusion

/// Where the images of a run lie: `000016.png`, in a folder per thousand seeds if so wanted.
struct ImageFolder {
  let path: String
  let hasSubfolders: Bool

  /// The file of a seed.
  func file(_ seed: Int) -> String {
    URL(fileURLWithPath: path, isDirectory: true)
      .appendingPathComponent(OutputName.path(seed: seed, subfolders: hasSubfolders))
      .relativePath
  }

  /// Makes the folder of a seed's file.
  func make(for seed: Int) throws(FileError) { try makeFolder(of: file(seed)) }

  /// Whether everything of a seed's image is there.
  func isComplete(_ seed: Int, hasLatents: Bool) -> Bool {
    let files = [file(seed)] + (hasLatents ? [latentsFile(seed)] : [])
    return files.allSatisfy { FileManager.default.fileExists(atPath: $0) }
  }

  /// Writes a picture with its recipe, and the latents that no decoder made a picture of.
  func write(_ item: PictureSampler.Item, _ recipe: Recipe) throws {
    let image = item.image
    try make(for: image.seed)
    let texts = ["Software": "autoguide \(recipe.version)", Recipe.keyword: try recipe.text]
    // The picture comes last: where it is, everything of its seed is.
    if recipe.decoder == nil, let latents = image.rawLatents {
      let bytes = NPY.encode(latents, shape: [image.channels, image.height, image.width])
      try AtomicFile.write(bytes, to: latentsFile(image.seed))
    }
    try AtomicFile.write(PNG.encode(item.picture, texts: texts), to: file(image.seed))
  }

  /// The file of a seed's latents, beside its preview.
  func latentsFile(_ seed: Int) -> String {
    URL(fileURLWithPath: file(seed)).deletingPathExtension().appendingPathExtension("npy")
      .relativePath
  }
}

/// Makes the folder that a file is to lie in.
func makeFolder(of file: String) throws(FileError) {
  let folder = URL(fileURLWithPath: file).deletingLastPathComponent()
  do {
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  } catch {
    throw FileError("make the folder", folder.path, reason: reason(for: folder, error))
  }
}

/// Throws now what writing a file after hours of work would throw then.
func checkWritable(_ file: String) throws(FileError) {
  try makeFolder(of: file)
  _ = try AtomicFile(file)
}

/// Why a folder cannot be made: the system's word for the part of the way that exists.
private func reason(for folder: URL, _ error: any Error) -> String {
  var parent = folder
  while parent.path != "/" {
    var isFolder: ObjCBool = false
    if unsafe FileManager.default.fileExists(atPath: parent.path, isDirectory: &isFolder) {
      if !isFolder.boolValue { return "\(parent.path) is no folder" }
      break
    }
    parent.deleteLastPathComponent()
  }
  let cause = (error as NSError).userInfo[NSUnderlyingErrorKey] as? NSError
  return cause.map { unsafe String(cString: strerror(CInt($0.code))) }
    ?? error.localizedDescription
}

/// A file as bytes.
func readFile(_ path: String) throws(FileError) -> [UInt8] {
  do {
    return Array(try Data(contentsOf: URL(fileURLWithPath: path)))
  } catch {
    let reason =
      FileManager.default.fileExists(atPath: path) ? "it is not readable" : "no such file"
    throw FileError("read", path, reason: reason)
  }
}
