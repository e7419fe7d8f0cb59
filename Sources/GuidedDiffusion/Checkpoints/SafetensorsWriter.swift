/// Writes a safetensors file tensor by tensor, so that it never lies in memory as a whole.
final class SafetensorsWriter {
  /// What the header says of one tensor.
  struct Entry {
    let name: String
    let type: ElementType
    let shape: [Int]
    var byteCount: Int { shape.reduce(type.size, *) }
  }

  private var file: AtomicFile
  private var missing: Int

  /// SHA-256 of the elements so far, and where it is to stand in the file; nil if it is not.
  private var digest: SHA256?
  private let digestOffset: Int?

  /// Starts a file.
  ///
  /// - Parameters:
  ///   - path: replaced when the file is complete.
  ///   - entries: all tensors in the order in which they will be appended.
  ///   - metadata: text by unique names.
  ///   - hasDigest: whether the metadata get a digest of all elements, by which
  ///     ``SafetensorsFile/checkDigest(_:)`` notices damage. A device or pipe gets none.
  /// - Throws: ``FileError`` if the file cannot be written.
  init(
    _ path: String, entries: [Entry], metadata: [SafetensorsFile.Metadata],
    hasDigest: Bool = false
  ) throws(FileError) {
    let file = try AtomicFile(path)
    let hasDigest = hasDigest && file.isRegular
    let space = String(repeating: "0", count: 64)
    let header = Self.header(
      entries,
      metadata: (hasDigest ? [.init(SafetensorsFile.digestName, space)] : []) + metadata)
    digest = hasDigest ? SHA256() : nil
    digestOffset = hasDigest ? Self.offset(of: Array(space.utf8), in: header).map { 8 + $0 } : nil
    try file.append(Self.littleEndian(header.count))
    try file.append(header)
    self.file = file
    missing = entries.reduce(0) { $0 + $1.byteCount }
  }

  /// Appends bytes of the next tensor.
  func append(_ bytes: RawSpan) throws(FileError) {
    missing -= bytes.byteCount
    precondition(missing >= 0, "\(-missing) bytes more than the header says")
    digest?.update(bytes)
    try file.append(bytes)
  }

  /// Appends numbers of the next tensor.
  func append<Number: Numeric & BitwiseCopyable>(_ numbers: [Number]) throws(FileError) {
    try numbers.withBytes(append)
  }

  /// Appends the next tensor in half precision, each element rounded to the nearest.
  func append(halves elements: [Float]) throws(FileError) {
    try append(elements.map { Float16($0).bitPattern.littleEndian })
  }

  /// Gives the file its name.
  func commit() throws(FileError) {
    precondition(missing == 0, "\(missing) bytes less than the header says")
    if let digestOffset, let text = digest?.digestSoFar() {
      try file.overwrite(Array(text.utf8), at: digestOffset)
    }
    try file.commit()
  }

  /// Where some bytes begin in others first.
  private static func offset(of bytes: [UInt8], in text: [UInt8]) -> Int? {
    (0...max(0, text.count - bytes.count)).first { text[$0...].starts(with: bytes) }
  }

  /// The eight bytes of a length.
  private static func littleEndian(_ length: Int) -> [UInt8] {
    (0..<8).map { UInt8(truncatingIfNeeded: length >> (8 * $0)) }
  }

  /// The JSON text, padded with spaces so that the elements start at a multiple of eight bytes.
  private static func header(
    _ entries: [Entry], metadata: [SafetensorsFile.Metadata]
  ) -> [UInt8] {
    var members: [JSON.Member] = []
    if !metadata.isEmpty {
      let texts = metadata.map { JSON.Member($0.name, .string($0.text)) }
      members.append(JSON.Member("__metadata__", .object(texts)))
    }
    var end = 0
    for entry in entries {
      let start = end
      end += entry.byteCount
      members.append(
        JSON.Member(
          entry.name,
          .object([
            JSON.Member("dtype", .string(entry.type.rawValue)),
            JSON.Member("shape", .array(entry.shape.map(JSON.integer))),
            JSON.Member("data_offsets", .array([.integer(start), .integer(end)])),
          ])))
    }
    let text = Array(JSON.object(members).description.utf8)
    return text + [UInt8](repeating: UInt8(ascii: " "), count: (8 - text.count % 8) % 8)
  }
}
