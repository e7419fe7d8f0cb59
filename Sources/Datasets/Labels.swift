import Foundation

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
    let file: LabelFile
    do {
      file = try JSONDecoder().decode(LabelFile.self, from: Data(try files.read(member)))
    } catch let failure as DatasetError {
      throw failure
    } catch {
      throw DatasetError(
        files.source, member: member,
        reason: "it is not {\"labels\": [[name, class], ...]}: damaged, or of another kind")
    }
    guard let entries = file.labels else {
      self = .none
      return
    }
    let byName = Dictionary(entries.map { ($0.name, $0.label) }) { $1 }
    let found = names.compactMap { byName[$0] }
    guard found.count == names.count else {
      let missing = names.first { byName[$0] == nil } ?? ""
      throw error("no label for \(missing) (\(names.count - found.count) missing)")
    }
    try self.init(found, error)
  }

  private init(
    _ found: [LabelFile.Label], _ error: (String) -> DatasetError
  ) throws(DatasetError) {
    let classes = found.compactMap(\.number)
    if classes.count == found.count {
      guard classes.allSatisfy({ 0..<100_000 ~= $0 }) else {
        throw error("classes are numbers from 0 to 99999")
      }
      self = .classes(classes, count: (classes.max() ?? -1) + 1)
      return
    }
    let vectors = found.compactMap(\.vector)
    guard vectors.count == found.count, let width = vectors.first?.count,
      vectors.allSatisfy({ $0.count == width })
    else { throw error("labels are neither all classes nor all vectors of one width") }
    self = .vectors(vectors)
  }
}

/// `dataset.json`, read without a tree of its values: an ImageNet has a million labels.
private struct LabelFile: Decodable {
  /// Nil if the file says `null`.
  let labels: [Entry]?

  enum Key: CodingKey { case labels }

  init(from decoder: any Decoder) throws {
    labels = try decoder.container(keyedBy: Key.self).decode([Entry]?.self, forKey: .labels)
  }

  /// A pair of a name and a label.
  struct Entry: Decodable {
    let name: String
    let label: Label

    init(from decoder: any Decoder) throws {
      var pair = try decoder.unkeyedContainer()
      name = try pair.decode(String.self)
      if let number = try? pair.decode(Int.self) {
        label = Label(number: number, vector: nil)
      } else {
        label = Label(number: nil, vector: try pair.decode([Float].self))
      }
    }
  }

  /// A class or a vector.
  struct Label {
    let number: Int?
    let vector: [Float]?
  }
}
