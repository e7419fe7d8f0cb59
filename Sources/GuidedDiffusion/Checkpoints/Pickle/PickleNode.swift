/// All objects of a pickle that has been read.
final class PickleStore: Sendable {
  let file: MappedFile
  let objects: [PickleObject]
  let tensors: [StoredTensor]

  init(file: MappedFile, objects: [PickleObject], tensors: [StoredTensor]) {
    self.file = file
    self.objects = objects
    self.tensors = tensors
  }
}

/// One value of a pickle that has been read, and the way to what it contains.
struct PickleNode: Sendable {
  let store: PickleStore
  let value: PickleValue

  /// The object that the value refers to.
  private var object: PickleObject? {
    if case .object(let index) = value { store.objects[index] } else { nil }
  }

  private func node(_ value: PickleValue) -> PickleNode { PickleNode(store: store, value: value) }

  /// Keys and values of a dictionary.
  var members: Members? {
    guard let object, object.kind == .dictionary else { return nil }
    return Members(store: store, items: object.items)
  }

  /// The elements of a tuple, list or set.
  var elements: Elements? {
    guard let object, [.tuple, .list, .set].contains(object.kind) else { return nil }
    return Elements(store: store, items: object.items)
  }

  /// Elements of an object, without a copy of them.
  struct Elements: RandomAccessCollection {
    let store: PickleStore
    let items: [PickleValue]

    var startIndex: Int { 0 }
    var endIndex: Int { items.count }
    subscript(position: Int) -> PickleNode { PickleNode(store: store, value: items[position]) }
  }

  /// Keys and values of an object, without a copy of them.
  struct Members: RandomAccessCollection {
    let store: PickleStore
    let items: [PickleValue]

    var startIndex: Int { 0 }
    var endIndex: Int { items.count / 2 }
    subscript(position: Int) -> (key: PickleNode, value: PickleNode) {
      (
        PickleNode(store: store, value: items[2 * position]),
        PickleNode(store: store, value: items[2 * position + 1])
      )
    }
  }

  /// The value under `key` in a dictionary, or in the state of an object.
  subscript(key: String) -> PickleNode? {
    guard let object else { return nil }
    switch object.kind {
    case .dictionary: return Self.lookUp(key, in: object.items, of: store.file).map(node)
    case .instance:
      // One step only: a state that is an object again would let a file recurse.
      guard let state = object.items.first.map(node)?.object, state.kind == .dictionary else {
        return nil
      }
      return Self.lookUp(key, in: state.items, of: store.file).map(node)
    default: return nil
    }
  }

  /// The value under `key` among keys and values in turn; the last one counts, as in Python.
  static func lookUp(_ key: String, in items: [PickleValue], of file: MappedFile) -> PickleValue? {
    for index in stride(from: 0, to: items.count, by: 2).reversed() {
      if case .text(let range) = items[index], matches(range, key, file) { return items[index + 1] }
    }
    return nil
  }

  private static func matches(_ range: Range<Int>, _ text: String, _ file: MappedFile) -> Bool {
    range.count == text.utf8.count
      && zip(range, text.utf8).allSatisfy { file[$0] == $1 }
  }

  /// The state of an object of a class that is not known here.
  var state: PickleNode? {
    guard let object, object.kind == .instance else { return nil }
    return object.items.first.map(node)
  }

  /// The class of an object whose class is embedded in the file.
  var className: String? {
    guard let object, object.kind == .instance, object.items.count == 2 else { return nil }
    return node(object.items[1]).text
  }

  /// Text in UTF-8.
  var text: String? {
    guard case .text(let range) = value else { return nil }
    return store.file.text(range)
  }

  /// An integer.
  var int: Int? {
    if case .integer(let number) = value { number } else { nil }
  }

  /// A number, whether an integer or not.
  var double: Double? {
    switch value {
    case .integer(let number): Double(number)
    case .float(let number): number
    default: nil
    }
  }

  /// A truth value.
  var bool: Bool? {
    if case .bool(let value) = value { value } else { nil }
  }

  /// Whether the value is Python's None.
  var isNone: Bool { value == .none }

  /// A tensor or NumPy array.
  var tensor: StoredTensor? {
    guard case .tensor(let number)? = object?.kind else { return nil }
    return store.tensors[number]
  }
}
