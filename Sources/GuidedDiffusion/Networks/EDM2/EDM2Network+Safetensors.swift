extension EDM2Network {
  /// Version of the metadata below.
  static let formatVersion = "1"

  /// Writes one self-contained safetensors file: weights as they are stored, without conversion,
  /// and in the metadata everything else.
  ///
  /// | metadata | content |
  /// |---|---|
  /// | `autoguide.format` | version of this table |
  /// | `autoguide.kind` | `edm2` |
  /// | `autoguide.config` | ``configuration``, JSON |
  /// | `autoguide.encoder` | ``encoder``, JSON |
  /// | `autoguide.source_sha256` | SHA-256 of the file that the weights came from first |
  /// | `autoguide.licence` | ``licence``, if known |
  /// | `autoguide.class_names` | ``classNames``, a JSON array, if known |
  ///
  /// - Parameter path: replaced when the file is complete.
  /// - Throws: ``FileError`` if the file cannot be written.
  public func write(to path: String) throws(FileError) {
    let metadata = metadata + [.init("autoguide.source_sha256", sourceDigest.value)]
    // Large elements first: each is then aligned to its size.
    let tensors = parameters.tensors.sorted {
      ($1.tensor.type.size, $0.name) < ($0.tensor.type.size, $1.name)
    }
    try SafetensorsFile.write(tensors, metadata: metadata, to: path)
  }

  /// Everything but the weights and where they came from.
  var metadata: [SafetensorsFile.Metadata] {
    var metadata = Self.metadata(configuration, encoder)
    if let licence { metadata.append(.init("autoguide.licence", licence)) }
    if let classNames {
      let names = JSON.array(classNames.map(JSON.string))
      metadata.append(.init("autoguide.class_names", names.description))
    }
    return metadata
  }

  /// What every file says of its network.
  static func metadata(
    _ configuration: EDM2Configuration, _ encoder: ImageEncoder
  ) -> [SafetensorsFile.Metadata] {
    [
      .init("autoguide.format", formatVersion),
      .init("autoguide.kind", "edm2"),
      .init("autoguide.config", configuration.json.description),
      .init("autoguide.encoder", encoder.json.description),
    ]
  }
}

extension EDM2Contents {
  /// Reads what ``EDM2Network/write(to:)`` wrote.
  init(converted checkpoint: Checkpoint) throws(CheckpointError) {
    func error(_ reason: String) -> CheckpointError {
      CheckpointError(file: checkpoint.source, reason: reason)
    }
    func text(_ name: String) -> String? {
      checkpoint.metadata.first { $0.name == "autoguide.\(name)" }?.text
    }
    func json(_ name: String) throws(CheckpointError) -> JSON? {
      guard let text = text(name) else { return nil }
      return try JSON(parsing: text, source: "\(checkpoint.source): autoguide.\(name)")
    }
    guard let version = text("format"), let kind = text("kind"),
      let configuration = try json("config"), let encoder = try json("encoder")
    else {
      throw error(
        "this safetensors file does not say which network it holds;"
          + " make one from a published .pkl with `autoguide convert`")
    }
    guard version == EDM2Network.formatVersion else {
      throw error("format \(version) of a newer version of this program")
    }
    guard kind == "edm2" else { throw error("a network of kind \(kind), not edm2") }
    do throws(EDM2ConfigurationError) {
      self.configuration = try EDM2Configuration(configuration)
    } catch { throw CheckpointError(file: checkpoint.source, reason: "no EDM2 network: \(error)") }
    guard let encoder = ImageEncoder(encoder) else { throw error("an encoder that is not known") }
    self.encoder = encoder
    tensors = checkpoint.tensors
    licence = text("licence")
    sourceDigest = text("source_sha256")
    if let names = try json("class_names") {
      let texts = names.array?.compactMap(\.string) ?? []
      guard texts.count == self.configuration.labelCount, texts.count == names.array?.count else {
        throw error("\(texts.count) names for \(self.configuration.labelCount) classes")
      }
      classNames = texts
    }
  }
}
