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
    let entries = tensors.map {
      SafetensorsWriter.Entry(name: $0.name, type: $0.tensor.type, shape: $0.tensor.shape)
    }
    let file = try SafetensorsWriter(path, entries: entries, metadata: metadata)
    for (_, tensor) in tensors {
      try tensor.forEachPiece { piece throws(FileError) in try file.append(piece) }
    }
    try file.commit()
  }
}
