import Foundation

/// A vision transformer of DINOv2: the network behind FD_DINOv2, published as ViT-L/14 with 24 blocks
/// of width 1024.
///
/// The feature vector is the class token after the last norm. Width, depth and patch size come from
/// the file. Source: Oquab et al., "DINOv2: Learning Robust Visual Features without Supervision" (arXiv
/// 2304.07193); Stein et al., arXiv 2306.04675, for its use as a measure.
public struct DINOv2: FeatureNetwork {
  /// Path of the file.
  public var source: String { parameters.source }

  /// Weights and biases, with pixel ranges, gains of norms and scales of layers folded into them.
  public let parameters: DINOv2Parameters

  /// Length of a feature vector: the width of the network, 1024 for ViT-L.
  public var featureCount: Int { parameters.layout.width }

  private let identity: LazyDigest

  /// SHA-256 of names, shapes and elements of all weights, 64 hexadecimal digits: the same for
  /// every format of the file. Computed when first asked for.
  public var sha256: String { identity.value }

  /// Where the published weights of ViT-L/14 are looked for, under their published name.
  public static var defaultPath: String {
    CacheFolder.networks.url.appending(path: "dinov2/dinov2_vitl14_pretrain.pth").path
  }

  /// Width and height to which images are resized.
  public static let edge = 224

  /// Reads the network in the file at `path`.
  ///
  /// - Parameter path: of a state dictionary with the published names, as `torch.save` or as
  ///   safetensors.
  /// - Throws: ``CheckpointError`` if a tensor is missing or has another shape.
  public init(_ path: String) throws(CheckpointError) {
    let parameters = try DINOv2Parameters(Checkpoint.open(path))
    self.parameters = parameters
    identity = LazyDigest { parameters.digest() }
  }

  /// The network as a graph.
  ///
  /// Input `images`: `[N, H, W, C]`, pixels from 0 to 255. Named values: `features` `[N, width]`, and
  /// `resized`, what the network sees, `[N, 224, 224, C]`, not yet brought to its range.
  ///
  /// - Parameters:
  ///   - height: H.
  ///   - width: W.
  ///   - channels: C: 3 for RGB; grey images, 1, count as RGB of three equal channels.
  /// - Returns: the graph.
  public func graph(height: Int, width: Int, channels: Int) -> Graph {
    precondition(channels == 1 || channels == 3, "images of \(channels) channels")
    var builder = DINOv2Builder(layout: parameters.layout)
    let images = builder.graph.input("images", .batched(height, width, channels))
    builder.build(images)
    return builder.graph
  }
}
