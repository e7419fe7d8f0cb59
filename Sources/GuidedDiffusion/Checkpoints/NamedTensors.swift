/// Tensors by name, in the order of a file.
public struct NamedTensors: Sendable {
  /// All names, in order.
  public private(set) var names: [String] = []

  private var tensors: [String: StoredTensor] = [:]

  /// No tensors.
  public init() {}

  /// The tensor called `name`.
  public subscript(name: String) -> StoredTensor? { tensors[name] }

  /// Appends a tensor.
  ///
  /// - Returns: whether the name was free; if not, nothing is changed.
  mutating func append(_ name: String, _ tensor: StoredTensor) -> Bool {
    guard tensors.updateValue(tensor, forKey: name) == nil else { return false }
    names.append(name)
    return true
  }
}

extension NamedTensors: RandomAccessCollection {
  /// The first position.
  public var startIndex: Int { 0 }

  /// The position after the last.
  public var endIndex: Int { names.count }

  /// The name and tensor at a position.
  public subscript(position: Int) -> (name: String, tensor: StoredTensor) {
    let name = names[position]
    guard let tensor = tensors[name] else { preconditionFailure("no tensor \(name)") }
    return (name, tensor)
  }
}
