extension PickleNode {
  /// All tensors below this value, named by the keys on the way to them, joined by dots.
  ///
  /// Modules are named as in torch's state dictionaries: `ema.unet.out_conv.weight`.
  func namedTensors(_ allowance: Allowance) throws(CheckpointError) -> NamedTensors {
    var collector = TensorCollector(
      allowance: allowance, visits: 1000 + 16 * store.objects.count)
    try collector.collect(self, name: "", depth: 0)
    return collector.tensors
  }
}

/// Walks through a pickled value and keeps the tensors that it meets.
private struct TensorCollector {
  let allowance: Allowance

  /// How many more values may be looked at: shared ones can be reached in exponentially many ways.
  var visits: Int

  var tensors = NamedTensors()

  /// Deeper values could exhaust the stack.
  static let deepest = 100

  /// Longer names would let a file grow by them.
  static let longestName = 1000

  mutating func collect(
    _ node: PickleNode, name: String, depth: Int
  ) throws(CheckpointError) {
    let file = node.store.file
    guard depth < Self.deepest else { throw file.error("values are nested too deep") }
    guard visits > 0 else { throw file.error("values contain each other too often") }
    visits -= 1
    guard name.utf8.count <= Self.longestName else {
      throw file.error("the name \(name.prefix(40))... is too long")
    }
    if let tensor = node.tensor {
      try allowance.take(name.utf8.count + Allowance.overhead, at: nil)
      try allowance.takeEntry((String, StoredTensor).self, at: nil)
      guard tensors.append(name.isEmpty ? "tensor" : name, tensor) else {
        throw file.error("two tensors called \(name)")
      }
    } else if let members = node.members {
      for (key, value) in members where value.mayHoldTensors {
        guard let key = key.name else { continue }
        try collect(value, name: join(name, key), depth: depth + 1)
      }
    } else if let members = node.state?.members {
      for (key, value) in members where value.mayHoldTensors {
        guard let key = key.name else { continue }
        let isContainer = ["_parameters", "_buffers", "_modules"].contains(key)
        try collect(value, name: isContainer ? name : join(name, key), depth: depth + 1)
      }
    } else if let elements = node.elements {
      for (index, value) in elements.enumerated() where value.mayHoldTensors {
        try collect(value, name: join(name, "\(index)"), depth: depth + 1)
      }
    }
  }

  private func join(_ name: String, _ key: String) -> String {
    name.isEmpty ? key : "\(name).\(key)"
  }
}

extension PickleNode {
  fileprivate var mayHoldTensors: Bool {
    if case .object = value { true } else { false }
  }

  /// The text or number that this value is as a key; nil for others, and for very long text.
  fileprivate var name: String? {
    switch value {
    case .integer(let number): String(number)
    case .text(let range) where range.count <= TensorCollector.longestName: text
    default: nil
    }
  }
}
