/// A network that makes a feature vector of an image, by which sets of images are compared.
public protocol FeatureNetwork: Sendable {
  associatedtype Parameters: ParameterSource

  /// Path of the file with the weights.
  var source: String { get }

  /// The parameters of the graph.
  var parameters: Parameters { get }

  /// Length of a feature vector.
  var featureCount: Int { get }

  /// Identity of the network, 64 hexadecimal digits: the same for every format of the file.
  var sha256: String { get }

  /// The network as a graph.
  ///
  /// Input `images`: `[N, H, W, C]`, pixels from 0 to 255. Named value `features`:
  /// `[N, featureCount]`.
  ///
  /// - Parameters:
  ///   - height: H.
  ///   - width: W.
  ///   - channels: C: 3 for RGB; grey images, 1, count as RGB of three equal channels.
  /// - Returns: the graph.
  func graph(height: Int, width: Int, channels: Int) -> Graph
}
