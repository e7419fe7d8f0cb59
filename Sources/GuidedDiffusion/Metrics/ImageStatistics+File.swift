extension ImageStatistics {
  /// Writes a safetensors file: for each kind and node `sum.<first>-<end>` and
  /// `products.<first>-<end>`, and `kept.numbers` and `kept.features` where features are kept; behind
  /// `fd_dinov2.` or `is.` but for Inception's.
  ///
  /// - Parameter path: replaced when the file is complete.
  /// - Throws: ``FileError``.
  public func write(to path: String) throws(FileError) {
    let parts = kinds.compactMap { kind in self.parts[kind].map { (kind, $0) } }
    let file = try SafetensorsWriter(
      path, entries: parts.flatMap { $1.entries($0) },
      metadata: [.init("autoguide.kind", FeatureStatistics.kind)]
        + parts.flatMap { $1.metadata($0) } + [.init("autoguide.images", String(count))],
      hasDigest: true)
    for (_, part) in parts { try part.append(to: file) }
    try file.commit()
  }

  /// Reads a file that ``write(to:)`` wrote.
  ///
  /// - Throws: ``CheckpointError`` if it is no such file.
  public init(_ path: String) throws(CheckpointError) {
    try self.init(SafetensorsFile(path), path: path)
  }

  init(_ file: SafetensorsFile, path: String) throws(CheckpointError) {
    func refuse(_ reason: String) -> CheckpointError { CheckpointError(file: path, reason: reason) }
    guard file.text("autoguide.kind") == FeatureStatistics.kind else {
      throw refuse("it holds no statistics of features")
    }
    try file.checkDigest(path)
    var parts: [FeatureKind: FeatureStatistics] = [:]
    for kind in FeatureKind.allCases { parts[kind] = try FeatureStatistics(file, kind, path: path) }
    guard !parts.isEmpty else { throw refuse("it holds no statistics of features") }
    guard Set(parts.values.map(\.numbers)).count == 1 else {
      throw refuse("its statistics are of different images")
    }
    self.init(parts)
  }
}
