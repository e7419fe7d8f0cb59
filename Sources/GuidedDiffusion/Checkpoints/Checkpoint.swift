/// A file of tensors of any kind that is read here: told apart by content, not by name.
public struct Checkpoint: Sendable {
  /// Format of the file.
  public enum Kind: String, Sendable {
    case pickle = "pickle"
    case torchZip = "torch archive (zip)"
    case torchLegacy = "torch archive (legacy)"
    case safetensors = "safetensors"
  }

  /// Format of the file.
  public let kind: Kind

  /// Path of the file, or a name for bytes in memory.
  public let source: String

  /// All tensors; those of nested dictionaries and modules are named by the keys on the way to
  /// them, joined by dots.
  public let tensors: NamedTensors

  /// Texts of a safetensors file.
  public let metadata: [SafetensorsFile.Metadata]

  /// The value in a pickle or archive.
  let root: PickleNode?

  /// Reads the file at `path`; tensors stay in the file until their elements are asked for.
  ///
  /// - Parameter path: of a pickle of protocol 2 to 5, a `torch.save` archive or a safetensors file.
  /// - Returns: what the file holds.
  /// - Throws: ``CheckpointError`` if it is none of these, damaged, or wants to construct what is
  ///   not known to be data.
  public static func open(_ path: String) throws(CheckpointError) -> Checkpoint {
    try Checkpoint(MappedFile.open(path))
  }

  /// Reads `file`.
  ///
  /// - Throws: ``CheckpointError`` as ``open(_:)``.
  public init(_ file: MappedFile) throws(CheckpointError) {
    try self.init(file, Allowance(for: file))
  }

  /// Reads `file`; allocations come from `allowance`.
  init(_ file: MappedFile, _ allowance: Allowance) throws(CheckpointError) {
    source = file.path
    guard let kind = Self.kind(of: file) else { throw file.error(Self.complaint(about: file)) }
    self.kind = kind
    if kind == .safetensors {
      let contents = try SafetensorsFile(file, allowance)
      tensors = contents.tensors
      metadata = contents.metadata
      root = nil
      return
    }
    var machine = PickleMachine(file, allowance)
    let value: PickleValue
    switch kind {
    case .torchZip: value = try machine.readZipArchive()
    case .torchLegacy: value = try machine.readLegacyArchive(0..<file.count)
    case .pickle, .safetensors:
      var archive: TorchArchive?
      value = try machine.read(0..<file.count, archive: &archive).value
    }
    let store = PickleStore(
      file: file, objects: machine.objects, tensors: try machine.storedTensors())
    let root = PickleNode(store: store, value: value)
    tensors = try root.namedTensors(allowance)
    metadata = []
    self.root = root
  }

  private static func kind(of file: MappedFile) -> Kind? {
    if ZipDirectory.recognizes(file) { return .torchZip }
    // The length of a header may look like the start of a pickle, but not the other way round.
    if SafetensorsFile.recognizes(file), file.integer(at: 0, as: UInt64.self) < file.count {
      return .safetensors
    }
    if PickleMachine.isLegacyArchive(file) { return .torchLegacy }
    if file.count > 2, file[0] == PickleOperation.protocol { return .pickle }
    if SafetensorsFile.recognizes(file) { return .safetensors }
    return nil
  }

  /// What to say about a file that is none of these; files that often stand in their place are
  /// named.
  private static func complaint(about file: MappedFile) -> String {
    let start = (0..<min(file.count, 16)).map { file[$0] }
    let others: [([UInt8], String)] = [
      (
        Array("version https:".utf8), "a Git LFS pointer: fetch the file itself with `git lfs pull`"
      ),
      (Array("<".utf8), "a web page: the download went wrong"),
      ([0x1f, 0x8b], "compressed with gzip: unpack it first"),
      ([0x89, 0x50, 0x4e, 0x47], "a PNG image"),
    ]
    if let (_, what) = others.first(where: { start.starts(with: $0.0) }) {
      return "this is no checkpoint but \(what)"
    }
    return "this is no checkpoint: neither a pickle, nor a torch archive, nor safetensors"
  }
}
