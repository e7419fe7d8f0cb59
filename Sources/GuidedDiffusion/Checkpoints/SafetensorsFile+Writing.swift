extension SafetensorsFile {
  /// Writes tensors and metadata to `path`, without conversion and without a copy in memory.
  ///
  /// The order of the tensors is kept, so that writing what was read gives the same file. Order
  /// them by falling size of their elements to have each aligned to it.
  ///
  /// - Parameters:
  ///   - tensors: with unique names.
  ///   - metadata: text by unique names.
  ///   - path: replaced when the file is complete.
  /// - Throws: ``FileError`` if the file cannot be written.
  public static func write(
    _ tensors: some Collection<(name: String, tensor: StoredTensor)>, metadata: [Metadata],
    to path: String
  ) throws(FileError) {
    let header = header(tensors, metadata: metadata)
    var file = try AtomicFile(path)
    try unsafe file.append(littleEndian(header.count).span.bytes)
    try unsafe file.append(header.span.bytes)
    for (_, tensor) in tensors {
      try tensor.forEachPiece { piece throws(FileError) in try file.append(piece) }
    }
    try file.commit()
  }

  /// The eight bytes of a length.
  private static func littleEndian(_ length: Int) -> [UInt8] {
    (0..<8).map { UInt8(truncatingIfNeeded: length >> (8 * $0)) }
  }

  /// The JSON text, padded with spaces so that the elements start at a multiple of eight bytes.
  private static func header(
    _ tensors: some Collection<(name: String, tensor: StoredTensor)>, metadata: [Metadata]
  ) -> [UInt8] {
    var members: [JSON.Member] = []
    if !metadata.isEmpty {
      let texts = metadata.map { JSON.Member($0.name, .string($0.text)) }
      members.append(JSON.Member("__metadata__", .object(texts)))
    }
    var end = 0
    for (name, tensor) in tensors {
      let start = end
      end += tensor.byteCount
      members.append(
        JSON.Member(
          name,
          .object([
            JSON.Member("dtype", .string(tensor.type.rawValue)),
            JSON.Member("shape", .array(tensor.shape.map(JSON.integer))),
            JSON.Member("data_offsets", .array([.integer(start), .integer(end)])),
          ])))
    }
    let text = Array(JSON.object(members).description.utf8)
    return text + [UInt8](repeating: UInt8(ascii: " "), count: (8 - text.count % 8) % 8)
  }
}
