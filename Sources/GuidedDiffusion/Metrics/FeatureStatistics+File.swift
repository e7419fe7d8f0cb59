import Foundation

extension FeatureStatistics {
  /// What `autoguide.kind` says in a file of statistics.
  static let kind = "feature statistics 1"

  /// Writes a safetensors file: for each node `sum.<first>-<end>` and `products.<first>-<end>`.
  ///
  /// - Parameter path: replaced when the file is complete.
  /// - Throws: ``FileError``.
  public func write(to path: String) throws(FileError) {
    try ImageStatistics([.inception: self]).write(to: path)
  }

  /// The tensors of a file; those of other features than Inception's have a prefix.
  func entries(_ kind: FeatureKind) -> [SafetensorsWriter.Entry] {
    var entries: [SafetensorsWriter.Entry] = []
    func append(_ name: String, _ type: ElementType, _ shape: [Int]) {
      entries.append(.init(name: kind.prefix + name, type: type, shape: shape))
    }
    for node in nodes {
      append(Self.name("sum", node.numbers), .f64, [node.moments.width])
      if !node.moments.products.isEmpty {
        append(Self.name("products", node.numbers), .f64, [node.moments.products.count])
      }
    }
    if sample.count > 0 {
      append("kept.numbers", .i64, [sample.count])
      append("kept.features", .f32, [sample.count, source.features])
    }
    return entries
  }

  /// The texts of a file.
  func metadata(_ kind: FeatureKind) -> [SafetensorsFile.Metadata] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    // A structure of text and numbers can always be encoded.
    let text = (try? encoder.encode(source)).map { String(decoding: $0, as: UTF8.self) } ?? ""
    let capacity = sample.capacity
    return [.init("autoguide.source\(kind.suffix)", text)]
      + (capacity > 0 ? [.init("autoguide.kept\(kind.suffix)", String(capacity))] : [])
  }

  /// Appends all elements in the order of ``entries(_:)``.
  func append(to file: SafetensorsWriter) throws(FileError) {
    for node in nodes {
      try file.append(node.moments.sum)
      if !node.moments.products.isEmpty {
        try file.append(node.moments.products)
      }
    }
    guard sample.count > 0 else { return }
    try file.append(sample.rows.map { Int64($0.number) })
    for row in sample.rows { try file.append(row.features) }
  }

  private static func name(_ part: String, _ numbers: Range<Int>) -> String {
    "\(part).\(numbers.lowerBound)-\(numbers.upperBound)"
  }

  /// Reads a file that ``write(to:)`` wrote.
  ///
  /// - Throws: ``CheckpointError`` if it is no such file.
  public init(_ path: String) throws(CheckpointError) {
    guard let part = try ImageStatistics(path).parts[.inception] else {
      throw CheckpointError(file: path, reason: "it holds no statistics of Inception's features")
    }
    self = part
  }
}

extension FeatureStatistics {
  /// Reads the statistics of one kind of features; nil if the file has none.
  init?(_ file: SafetensorsFile, _ kind: FeatureKind, path: String) throws(CheckpointError) {
    func refuse(_ reason: String) -> CheckpointError { CheckpointError(file: path, reason: reason) }
    guard let text = file.text("autoguide.source\(kind.suffix)") else { return nil }
    guard let source = try? JSONDecoder().decode(Source.self, from: Data(text.utf8)) else {
      throw refuse("it holds no statistics of features")
    }
    guard 1...1 << 16 ~= source.features else { throw refuse("\(source.features) features") }
    guard let sample = Self.sample(file, kind, features: source.features) else {
      throw refuse("the kept features are damaged")
    }
    self.init(source, sample: sample)
    let isMeanOnly = source.isMeanOnly ?? false
    let start = "\(kind.prefix)sum."
    for name in file.tensors.names where name.hasPrefix(start) {
      let range = name.dropFirst(start.count)
      let ends = range.split(separator: "-").compactMap { Int($0) }
      let products = isMeanOnly ? nil : file["\(kind.prefix)products.\(range)"]
      guard ends.count == 2, 0 <= ends[0], ends[0] < ends[1],
        let sum = file[name], sum.type == .f64, sum.shape == [source.features],
        isMeanOnly
          || products?.type == .f64
            && products?.shape == [FeatureMoments.triangle(source.features)],
        Self.isNode(ends[0]..<ends[1])
      else { throw refuse("the statistics \(name) are damaged") }
      let moments = FeatureMoments(
        count: ends[1] - ends[0], sum: sum.elements(as: Double.self),
        products: products?.elements(as: Double.self) ?? [])
      do throws(MetricsError) {
        try insert(Node(numbers: ends[0]..<ends[1], moments: moments))
      } catch {
        throw refuse("\(error)")
      }
    }
    guard sample.rows.allSatisfy({ contains($0.number..<$0.number + 1) }),
      sample.count == min(sample.capacity, count)
    else { throw refuse("the kept features are damaged") }
  }

  /// The kept features of a file; nil if they are damaged.
  private static func sample(
    _ file: SafetensorsFile, _ kind: FeatureKind, features width: Int
  ) -> FeatureSample? {
    guard let text = file.text("autoguide.kept\(kind.suffix)") else {
      return FeatureSample(capacity: 0)
    }
    guard let capacity = Int(text), capacity > 0 else { return nil }
    var sample = FeatureSample(capacity: capacity)
    guard let numbers = file["\(kind.prefix)kept.numbers"] else { return sample }
    guard numbers.shape.count == 1, let features = file["\(kind.prefix)kept.features"],
      features.type == .f32, features.shape == [numbers.shape[0], width],
      let numbers = numbers.integers(as: Int.self),
      zip(numbers, numbers.dropFirst()).allSatisfy({ $0 < $1 }), (numbers.first ?? 0) >= 0,
      (numbers.last ?? 0) < .max
    else { return nil }
    let elements = features.elements(as: Float.self)
    sample.add(
      numbers.enumerated().map { index, number in
        .init(number: number, features: Array(elements[index * width..<(index + 1) * width]))
      })
    return sample
  }

  /// Whether a node may stand for these numbers.
  private static func isNode(_ numbers: Range<Int>) -> Bool {
    if blocks(numbers).count == 1 { return true }
    let (blocks, rest) = numbers.count.quotientAndRemainder(dividingBy: blockSize)
    return rest == 0 && blocks & (blocks - 1) == 0 && numbers.lowerBound % numbers.count == 0
  }
}
