import Foundation
import GuidedDiffusion

/// Finds the networks of a recipe.
struct NetworkFinder {
  /// Files that the user named.
  let files: [String]

  /// The image whose folder is searched.
  let image: String

  init(files: [String], beside image: String) {
    self.files = files
    self.image = image
  }

  /// The network with the recipe's SHA-256.
  ///
  /// - Throws: what is wrong with a file that was named; ``Failure`` if no file has the network.
  func find(_ wanted: Recipe.Network) throws -> EDM2Network {
    for file in files {
      let network = try EDM2Network(file)
      if network.sha256 == wanted.sha256 { return network }
    }
    let embedded = try EDM2Network.embedded
    for network in [embedded.main, embedded.guide] where network.sha256 == wanted.sha256 {
      return network
    }
    for folder in [
      URL(fileURLWithPath: image).deletingLastPathComponent(),
      URL(fileURLWithPath: FileManager.default.currentDirectoryPath), CacheFolder.networks.url,
    ] {
      // The name comes from the picture: only its last part is used.
      let name = URL(fileURLWithPath: wanted.name).lastPathComponent
      let path = folder.appendingPathComponent(name).path
      if isRegularFile(path), let network = try? EDM2Network(path),
        network.sha256 == wanted.sha256
      {
        return network
      }
    }
    throw missing(wanted, "--net")
  }

  /// The autoencoder whose decoder has the recipe's SHA-256.
  ///
  /// - Parameters:
  ///   - wanted: of the recipe.
  ///   - path: what the user named; else the one in the cache.
  /// - Returns: the autoencoder.
  /// - Throws: what is wrong with it; ``Failure`` if it is another one.
  func findVAE(_ wanted: Recipe.Network, at path: String?) throws -> VAE {
    let isThere = path != nil || FileManager.default.fileExists(atPath: VAE.defaultPath)
    guard isThere else { throw missing(wanted, "--vae") }
    let vae = try VAE(path ?? VAE.defaultPath)
    guard vae.decoder?.sha256 == wanted.sha256 else { throw missing(wanted, "--vae") }
    return vae
  }

  private func missing(_ wanted: Recipe.Network, _ option: String) -> Failure {
    Failure(
      "\(image): its network \(wanted.name) (sha256 \(wanted.sha256.prefix(12))) is not here; "
        + "name the file with \(option)")
  }
}
