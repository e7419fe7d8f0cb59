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

  /// Starts a file.
  ///
  /// - Parameters:
  ///   - path: replaced when the file is complete.
  ///   - entries: all tensors in the order in which they will be appended.
  ///   - metadata: text by unique names.
  /// - Throws: ``FileError`` if the file cannot be written.
  init(
    _ path: String, entries: [Entry], metadata: [SafetensorsFile.Metadata]
  ) throws(FileError) {
    let header = Self.header(entries, metadata: metadata)
    let file = try AtomicFile(path)
    try unsafe file.append(Self.littleEndian(header.count).span.bytes)
    try unsafe file.append(header.span.bytes)
    self.file = file
    missing = entries.reduce(0) { $0 + $1.byteCount }
  }

  /// Appends bytes of the next tensor.
  func append(_ bytes: RawSpan) throws(FileError) {
    missing -= bytes.byteCount
    precondition(missing >= 0, "\(-missing) bytes more than the header says")
    try file.append(bytes)
  }

  /// Appends the next tensor in half precision, each element rounded to the nearest.
  func append(halves elements: [Float]) throws(FileError) {
    let halves = elements.map { Float16($0).bitPattern.littleEndian }
    try unsafe append(halves.span.bytes)
  }

  /// Gives the file its name.
  func commit() throws(FileError) {
    precondition(missing == 0, "\(missing) bytes less than the header says")
    try file.commit()
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
