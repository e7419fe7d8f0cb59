/// A safetensors file: named tensors and text metadata.
///
/// Layout: the header's length as a little-endian 64-bit integer, the header (a JSON object of
/// `{"name": {"dtype", "shape", "data_offsets"}}`, and text by text under `__metadata__`), then the
/// elements of all tensors, row-major, without gaps.
/// Source: the format's description at github.com/huggingface/safetensors.
public struct SafetensorsFile: Sendable {
  /// Text by name, in the order of the header.
  public let metadata: [Metadata]

  /// All tensors, in the order of the header.
  public let tensors: NamedTensors

  /// One name and text of the metadata.
  public struct Metadata: Hashable, Sendable {
    /// For example `autoguide.kind`.
    public let name: String

    /// The text.
    public let text: String

    /// Text under a name.
    public init(_ name: String, _ text: String) {
      self.name = name
      self.text = text
    }
  }

  /// Reads the header of the file at `path` and maps its tensors.
  ///
  /// - Throws: ``CheckpointError`` if the file is not a whole safetensors file.
  public init(_ path: String) throws(CheckpointError) {
    try self.init(MappedFile.open(path))
  }

  /// Reads the header of `file`.
  ///
  /// - Throws: ``CheckpointError`` if the file is not a whole safetensors file.
  public init(_ file: MappedFile) throws(CheckpointError) {
    try self.init(file, Allowance(for: file))
  }

  /// The tensor called `name`.
  public subscript(name: String) -> StoredTensor? { tensors[name] }

  /// The metadata that hold a digest of all elements, if the writer made one.
  static let digestName = "autoguide.elements_sha256"

  /// Compares the elements with the digest in the metadata, if there is one.
  ///
  /// - Throws: ``CheckpointError`` if they were damaged since they were written.
  func checkDigest(_ path: String) throws(CheckpointError) {
    guard let wanted = text(Self.digestName) else { return }
    var digest = SHA256()
    for (_, tensor) in tensors { tensor.forEachPiece { digest.update($0) } }
    guard digest.finish() == wanted else {
      throw CheckpointError(
        file: path, reason: "it is damaged: the SHA-256 of its elements is not what it says")
    }
  }

  /// The metadata called `name`.
  public func text(_ name: String) -> String? {
    metadata.first { $0.name == name }?.text
  }
}
