import GuidedDiffusion

/// What a dataset says of its images besides their pixels.
public enum Labels: Hashable, Sendable {
  /// Nothing.
  case none

  /// A class each; their number is one more than the largest.
  case classes([Int], count: Int)

  /// A vector each.
  case vectors([[Float]])

  /// Width of the label vector that a network gets: 0, the number of classes, or that of a vector.
  public var width: Int {
    switch self {
    case .none: 0
    case .classes(_, let count): count
    case .vectors(let vectors): vectors.first?.count ?? 0
    }
  }

  /// The vector of an image: one-hot for a class.
  public func vector(_ index: Int) -> [Float] {
    switch self {
    case .none: return []
    case .classes(let classes, let count):
      var vector = [Float](repeating: 0, count: count)
      vector[classes[index]] = 1
      return vector
    case .vectors(let vectors): return vectors[index]
    }
  }
}

extension Labels {
  /// Reads `dataset.json`, `{"labels": [[name, class or vector], ...]}`.
  ///
  /// - Parameters:
  ///   - files: with that file or not.
  ///   - names: of all images, in their order.
  /// - Throws: ``DatasetError`` if the file is damaged or an image has no label.
  init(_ files: any FileCollection, names: [String]) throws(DatasetError) {
    let member = "dataset.json"
    guard files.names.contains(member) else {
      self = .none
      return
    }
    func error(_ reason: String) -> DatasetError {
      DatasetError(files.source, member: member, reason: reason)
    }
    let text = String(decoding: try files.read(member), as: UTF8.self)
    let json: JSON
    do {
      json = try JSON(parsing: text, source: member)
    } catch let failure {
      throw DatasetError(files.source, member: member, reason: failure.reason)
    }
    guard let labels = json["labels"] else { throw error("it has no entry `labels`") }
    if labels == .null {
      self = .none
      return
    }
    var byName: [String: JSON] = [:]
    for entry in labels.array ?? [] {
      guard let pair = entry.array, pair.count == 2, let name = pair[0].string else {
        throw error("a label is not a pair of a name and a class")
      }
      byName[name] = pair[1]
    }
    let found = names.compactMap { byName[$0] }
    guard found.count == names.count else {
      let missing = names.first { byName[$0] == nil } ?? ""
      throw error("no label for \(missing) (\(names.count - found.count) missing)")
    }
    try self.init(found, error)
  }

  private init(_ found: [JSON], _ error: (String) -> DatasetError) throws(DatasetError) {
    let classes = found.compactMap(\.int)
    if classes.count == found.count {
      guard classes.allSatisfy({ 0..<100_000 ~= $0 }) else {
        throw error("classes are numbers from 0 to 99999")
      }
      self = .classes(classes, count: (classes.max() ?? -1) + 1)
      return
    }
    let vectors = found.compactMap { $0.array?.compactMap(\.double).map(Float.init) }
    guard vectors.count == found.count, let width = vectors.first?.count,
      vectors.allSatisfy({ $0.count == width })
    else { throw error("labels are neither all classes nor all vectors of one width") }
    self = .vectors(vectors)
  }
}
