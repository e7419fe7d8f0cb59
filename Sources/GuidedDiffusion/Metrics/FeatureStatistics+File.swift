import Foundation

extension FeatureStatistics {
  /// What `autoguide.kind` says in a file of statistics.
  static let kind = "feature statistics 1"

  /// Writes a safetensors file: for each node `sum.<first>-<end>` and `products.<first>-<end>`.
  ///
  /// - Parameter path: replaced when the file is complete.
  /// - Throws: ``FileError``.
  public func write(to path: String) throws(FileError) {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    // A structure of text and numbers can always be encoded.
    let text = (try? encoder.encode(source)).map { String(decoding: $0, as: UTF8.self) } ?? ""
    let entries = nodes.flatMap { node in
      [("sum", node.moments.sum), ("products", node.moments.products)].map { part, elements in
        SafetensorsWriter.Entry(
          name: Self.name(part, node.numbers), type: .f64, shape: [elements.count])
      }
    }
    let file = try SafetensorsWriter(
      path, entries: entries,
      metadata: [
        .init("autoguide.kind", Self.kind), .init("autoguide.source", text),
        .init("autoguide.images", String(count)),
      ], hasDigest: true)
    for node in nodes {
      try unsafe file.append(node.moments.sum.span.bytes)
      try unsafe file.append(node.moments.products.span.bytes)
    }
    try file.commit()
  }

  private static func name(_ part: String, _ numbers: Range<Int>) -> String {
    "\(part).\(numbers.lowerBound)-\(numbers.upperBound)"
  }

  /// Reads a file that ``write(to:)`` wrote.
  ///
  /// - Throws: ``CheckpointError`` if it is no such file.
  public init(_ path: String) throws(CheckpointError) {
    try self.init(SafetensorsFile(path), path: path)
  }

  init(_ file: SafetensorsFile, path: String) throws(CheckpointError) {
    func refuse(_ reason: String) -> CheckpointError { CheckpointError(file: path, reason: reason) }
    guard file.text("autoguide.kind") == Self.kind, let text = file.text("autoguide.source"),
      let source = try? JSONDecoder().decode(Source.self, from: Data(text.utf8))
    else { throw refuse("it holds no statistics of features") }
    try file.checkDigest(path)
    guard 1...1 << 16 ~= source.features else { throw refuse("\(source.features) features") }
    self.init(source)
    for name in file.tensors.names where name.hasPrefix("sum.") {
      let ends = name.dropFirst(4).split(separator: "-").compactMap { Int($0) }
      guard ends.count == 2, 0 <= ends[0], ends[0] < ends[1],
        let sum = file[name], let products = file["products.\(name.dropFirst(4))"],
        sum.type == .f64, products.type == .f64, sum.shape == [source.features],
        products.shape == [FeatureMoments.triangle(source.features)],
        Self.isNode(ends[0]..<ends[1])
      else { throw refuse("the statistics \(name) are damaged") }
      let moments = FeatureMoments(
        count: ends[1] - ends[0], sum: sum.elements(as: Double.self),
        products: products.elements(as: Double.self))
      do throws(MetricsError) {
        try insert(Node(numbers: ends[0]..<ends[1], moments: moments))
      } catch {
        throw refuse("\(error)")
      }
    }
  }

  /// Whether a node may stand for these numbers.
  private static func isNode(_ numbers: Range<Int>) -> Bool {
    if blocks(numbers).count == 1 { return true }
    let (blocks, rest) = numbers.count.quotientAndRemainder(dividingBy: blockSize)
    return rest == 0 && blocks & (blocks - 1) == 0 && numbers.lowerBound % numbers.count == 0
  }
}
