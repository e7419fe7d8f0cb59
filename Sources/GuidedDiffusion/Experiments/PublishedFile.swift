import Foundation

/// A file that others publish, and that reproducing a result needs.
public struct PublishedFile: Hashable, Sendable {
  /// What it holds.
  public let kind: Kind

  /// Where it is published.
  public let url: String

  /// Its path below a mirror's address.
  public let path: String

  /// Its size in bytes, within a few per mille.
  public let bytes: Int

  /// Under which terms.
  public let licence: String

  /// SHA-256, where it is known; else the first download's counts.
  public var sha256: String?

  /// What a file holds.
  public enum Kind: String, CaseIterable, Sendable {
    case network
    case snapshot
    case referenceStatistics = "reference statistics"
    case decoder = "decoder of latents"
    case featureNetwork = "feature network"
  }

  /// Where it lies on this machine, once fetched.
  ///
  /// - Parameter folder: where networks are kept.
  /// - Returns: its place there, whether it is there or not.
  public func location(in folder: URL = CacheFolder.networks.url) -> URL {
    let name = kind == .network ? String(path.split(separator: "/").last ?? "") : path
    return folder.appendingPathComponent(name)
  }

  private init(
    _ kind: Kind, _ path: String, url: String? = nil, bytes: Int,
    licence: String = PublishedNetwork.licence
  ) {
    (self.kind, self.path, self.bytes, self.licence) = (kind, path, bytes, licence)
    self.url = url ?? "\(PublishedNetwork.root)/\(path)"
  }
}

extension PublishedFile {
  /// A network, ready to use.
  public static func network(_ network: PublishedNetwork) -> PublishedFile {
    PublishedFile(
      .network, "posthoc-reconstructions/\(network.fileName)", bytes: network.bytes)
  }

  /// A snapshot of the training of a network, with the name of its file.
  public static func snapshot(_ name: String, of network: PublishedNetwork) -> PublishedFile {
    PublishedFile(.snapshot, "raw-snapshots/\(network.model)/\(name)", bytes: network.bytes)
  }

  /// Reference statistics for FID and FD_DINOv2: means and covariances of 2048 and 1024 features in
  /// Double.
  public static func references(_ data: PublishedNetwork.DataSet) -> PublishedFile {
    let elements = [2048, 1024].reduce(0) { $0 + $1 * ($1 + 1) }
    return PublishedFile(
      .referenceStatistics, "dataset-refs/\(data.rawValue).pkl", bytes: 8 * elements)
  }

  /// The autoencoder of Stable Diffusion that the networks of latents were trained with.
  public static let latentDecoder = PublishedFile(
    .decoder, "sd-vae-ft-mse/diffusion_pytorch_model.safetensors",
    url: "https://huggingface.co/stabilityai/sd-vae-ft-mse/resolve/main/"
      + "diffusion_pytorch_model.safetensors",
    bytes: 334_643_276, licence: "MIT")

  /// DINOv2 ViT-L/14.
  public static let dinoV2 = PublishedFile(
    .featureNetwork, "dinov2/dinov2_vitl14_pretrain.pth",
    url: "https://dl.fbaipublicfiles.com/dinov2/dinov2_vitl14/dinov2_vitl14_pretrain.pth",
    bytes: 1_217_586_395, licence: "Apache-2.0")
}

extension Preset {
  /// What a run needs beside the networks: reference statistics, the decoder of latents, and for
  /// FD_DINOv2 its feature network. (The weights of Inception-v3 come with `scripts/fetch-inception`.)
  public var otherFiles: [PublishedFile] {
    [.references(main.data)] + (main.data == .img512 ? [.latentDecoder] : [])
      + (metric == .fdDINOv2 ? [.dinoV2] : [])
  }
}
