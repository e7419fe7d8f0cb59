/// A network with its weights, as a file holds it: what to compute and with which numbers.
///
/// The weights stay in the file until a backend asks for them.
public struct EDM2Network: Sendable {
  /// Everything but the weights.
  public let configuration: EDM2Configuration

  /// What the network's images are.
  public let encoder: ImageEncoder

  /// The weights, named as in the official state dictionary: `unet.enc.64x64_conv.weight`.
  public let parameters: StoredParameters

  /// Path of the file.
  public let source: String

  /// Under which terms the weights may be used, if the file says so.
  public var licence: String?

  /// Names of the classes, if the file holds them; as many as there are classes.
  public var classNames: [String]?

  /// SHA-256 of the file that the weights came from first.
  let sourceDigest: LazyDigest

  let identity: LazyDigest

  /// SHA-256 of configuration, encoder and weights, 64 hexadecimal digits: the same for a pickle
  /// and for the file that it is converted to. Computed when first asked for.
  public var sha256: String { identity.value }

  /// Reads the network in the file at `path`.
  ///
  /// - Parameter path: a published snapshot (`.pkl`), or a file that ``write(to:)`` wrote.
  /// - Throws: ``CheckpointError`` if there is no EDM2 network in it, or if its weights are not
  ///   exactly those that its configuration needs.
  public init(_ path: String) throws(CheckpointError) {
    try self.init(MappedFile.open(path))
  }

  /// Reads the network in `file`.
  ///
  /// - Throws: ``CheckpointError`` as ``init(_:)-(String)``.
  public init(_ file: MappedFile) throws(CheckpointError) {
    try self.init(Checkpoint(file), of: file)
  }

  /// The network in a checkpoint that has been read.
  init(_ checkpoint: Checkpoint, of file: MappedFile) throws(CheckpointError) {
    let contents =
      switch checkpoint.kind {
      case .safetensors: try EDM2Contents(converted: checkpoint)
      case .pickle, .torchZip, .torchLegacy: try EDM2Contents(published: checkpoint)
      }
    configuration = contents.configuration
    encoder = contents.encoder
    guard encoder.isUsable(channels: configuration.imageChannels) else {
      throw CheckpointError(
        file: checkpoint.source,
        reason: "an encoder for other images than \(configuration.imageChannels) channels")
    }
    licence = contents.licence
    classNames = contents.classNames
    source = checkpoint.source
    let parameters = StoredParameters(source: checkpoint.source, tensors: contents.tensors)
    // A graph for a configuration that the file cannot hold could be large.
    let blocks = configuration.levelChannels.count * (2 * configuration.blocksPerLevel + 1)
    guard 4 * blocks <= parameters.tensors.count else {
      throw CheckpointError(
        file: checkpoint.source,
        reason: "\(parameters.tensors.count) weights are too few for \(blocks) blocks")
    }
    try parameters.check(against: contents.configuration.graph())
    self.parameters = parameters
    identity = .network(contents.configuration, contents.encoder, contents.tensors)
    sourceDigest = contents.sourceDigest.map(LazyDigest.known) ?? .file(file)
  }
}

/// What a file says about a network, before its weights are checked.
struct EDM2Contents {
  var configuration: EDM2Configuration
  var encoder: ImageEncoder
  var tensors: NamedTensors
  var licence: String?
  var classNames: [String]?
  var sourceDigest: String?
}
