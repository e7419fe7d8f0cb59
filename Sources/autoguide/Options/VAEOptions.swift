import ArgumentParser
import Foundation
import GuidedDiffusion

/// What makes pictures of latents.
struct VAEOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Autoencoder that makes pictures of latents: a Hugging Face folder or a file; 'none' for "
        + "none. (default: sd-vae-ft-mse in the cache's networks, if it is there)",
      valueName: "path"), completion: .file())
  var vae: String?

  /// The decoder for a network's latents.
  ///
  /// - Returns: nil for a network that draws pixels, or if there is no decoder.
  /// - Throws: ``CheckpointError``; ``Failure`` if the decoder does not fit the network.
  func decoder(
    for network: EDM2Network, on device: ComputeDevice, _ compilation: CompilationOptions
  ) throws -> LatentDecoder? {
    guard network.drawsLatents else {
      guard vae == nil || vae == Self.none else {
        throw SettingsError("--vae: \(network.fileName) draws pixels, which need no decoder")
      }
      return nil
    }
    guard let vae = try network.vae(at: vae) else { return nil }
    let table = try compilation.options(for: device, quiet: true).table
    let decoder = try LatentDecoder(vae, device: device, table: table)
    guard decoder.channels == network.imageShape.channels else {
      throw Failure(
        "\(vae.source) decodes latents of \(decoder.channels) channels, \(network.fileName) draws "
          + "\(network.imageShape.channels)")
    }
    return decoder
  }

  /// The decoder for a network's latents, without which their features cannot be computed.
  ///
  /// - Returns: nil for a network that draws pixels.
  /// - Throws: as ``decoder(for:on:_:)``; ``Failure`` if there is no decoder.
  func requiredDecoder(
    for network: EDM2Network, on device: ComputeDevice, _ compilation: CompilationOptions
  ) throws -> LatentDecoder? {
    let decoder = try decoder(for: network, on: device, compilation)
    guard decoder != nil || !network.drawsLatents else {
      throw Failure(
        "\(network.fileName) draws latents, which have no features: \(Self.advice)")
    }
    return decoder
  }

  /// The path that stands for no decoder.
  static let none = "none"

  /// How to get the published decoder.
  static var advice: String {
    "for pictures fetch the decoder (335 MB) by 'autoguide fetch edm2-img512-xs-fid --all', or name "
      + "one by --vae"
  }
}

extension EDM2Network {
  /// Whether its images are latents.
  var drawsLatents: Bool {
    if case .latents = encoder { true } else { false }
  }

  /// The autoencoder asked for, or the one in the cache; nil if there is none.
  fileprivate func vae(at path: String?) throws(CheckpointError) -> VAE? {
    if path == VAEOptions.none { return nil }
    if let path { return try VAE(path) }
    let isThere = FileManager.default.fileExists(atPath: VAE.defaultPath)
    return isThere ? try VAE(VAE.defaultPath) : nil
  }
}
