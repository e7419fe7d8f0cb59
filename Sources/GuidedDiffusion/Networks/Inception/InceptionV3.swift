import Foundation

/// Inception-v3 as TensorFlow published it on 2015-12-05: the network whose pooled features the
/// Fréchet inception distance compares.
///
/// Widths come from the file, so that small networks of the same structure can be tested with.
/// Source of the structure: Szegedy et al., "Rethinking the Inception Architecture for Computer
/// Vision" (arXiv 1512.00567), as in the published graph: pooling branches do not count the padding,
/// and the last block pools by the largest element.
public struct InceptionV3: FeatureNetwork {
  /// Path of the file.
  public var source: String { parameters.source }

  /// Weights and biases with the batch norms folded into them.
  public let parameters: InceptionParameters

  /// Length of a feature vector; 2048 for the published network.
  public let featureCount: Int

  /// Number of classes of the network's classifier, 1008 for the published one; nil if the file has
  /// no classifier.
  public let classCount: Int?

  private let identity: LazyDigest

  /// SHA-256 of names, shapes and elements of all weights, 64 hexadecimal digits: the same for
  /// every format of the file. Computed when first asked for.
  public var sha256: String { identity.value }

  /// Where `scripts/fetch-inception` puts the published weights.
  public static var defaultPath: String {
    CacheFolder.networks.url.appending(path: "inception-v3-2015-12-05.pt").path
  }

  /// Width and height to which images are resized.
  public static let edge = 299

  /// Reads the network in the file at `path`.
  ///
  /// - Parameter path: of a TorchScript archive or pickle with the official names of layers, or of
  ///   a pytorch-fid state dictionary.
  /// - Throws: ``CheckpointError`` if there is no such network in it.
  public init(_ path: String) throws(CheckpointError) {
    let parameters = try InceptionParameters(Checkpoint.open(path))
    self.parameters = parameters
    let graph = try Self.graph(parameters, height: Self.edge, width: Self.edge, channels: 3)
    guard let features = graph.names["features"] else { preconditionFailure("no features") }
    featureCount = graph.shape(features).channels
    classCount = try parameters.classes(features: featureCount)
    identity = LazyDigest { parameters.digest(of: graph) }
  }

  /// The network as a graph.
  ///
  /// Input `images`: `[N, H, W, C]`, pixels from 0 to 255. Named values: `features` `[N, 2048]`, and
  /// the outputs of the layers by their official names, such as `mixed_4`.
  ///
  /// - Parameters:
  ///   - height: H.
  ///   - width: W.
  ///   - channels: C: 3 for RGB; grey images, 1, count as RGB of three equal channels.
  /// - Returns: the graph.
  public func graph(height: Int, width: Int, channels: Int) -> Graph {
    do {
      return try Self.graph(parameters, height: height, width: width, channels: channels)
    } catch {
      preconditionFailure("weights were checked when they were read: \(error)")
    }
  }

  /// The network with its classifier, if there is one: also named is `logits`, `[N, classes]`, without
  /// biases.
  ///
  /// - Parameters:
  ///   - height: as in ``graph(height:width:channels:)``.
  ///   - width: likewise.
  ///   - channels: likewise.
  /// - Returns: the graph.
  public func classifierGraph(height: Int, width: Int, channels: Int) -> Graph {
    var graph = graph(height: height, width: width, channels: channels)
    guard let classCount, let features = graph.names["features"] else { return graph }
    let weights = graph.parameter(InceptionParameters.classifier, classCount, featureCount)
    graph.name(graph.linear(features, weights), "logits")
    return graph
  }

  private static func graph(
    _ parameters: InceptionParameters, height: Int, width: Int, channels: Int
  ) throws(CheckpointError) -> Graph {
    precondition(channels == 1 || channels == 3, "images of \(channels) channels")
    var builder = InceptionBuilder(parameters: parameters)
    let images = builder.graph.input("images", .batched(height, width, channels))
    try builder.build(images)
    return builder.graph
  }
}
