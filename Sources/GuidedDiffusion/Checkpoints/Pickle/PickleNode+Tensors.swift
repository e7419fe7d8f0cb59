extension PickleNode {
  /// All tensors below this value, named by the keys on the way to them, joined by dots.
  ///
  /// Modules are named as in torch's state dictionaries: `ema.unet.out_conv.weight`.
  func namedTensors(_ allowance: Allowance) throws(CheckpointError) -> NamedTensors {
    var tensors = NamedTensors()
    try collect(into: &tensors, prefix: "", depth: 0, allowance)
    return tensors
  }

  /// Deeper values could exhaust the stack.
  private static let deepest = 100

  private func collect(
    into tensors: inout NamedTensors, prefix: String, depth: Int, _ allowance: Allowance
  ) throws(CheckpointError) {
    guard depth < Self.deepest else { throw store.file.error("values are nested too deep") }
    // Also bounds the number of visits: shared values would let it grow exponentially.
    try allowance.take(prefix.utf8.count + Allowance.overhead, at: nil)
    func below(_ name: String) -> String { prefix.isEmpty ? name : "\(prefix).\(name)" }

    if let tensor {
      let name = prefix.isEmpty ? "tensor" : prefix
      // An entry of the dictionary and of the list of names, both just after they have grown.
      try allowance.take(4 * MemoryLayout<(String, StoredTensor)>.stride, at: nil)
      guard tensors.append(name, tensor) else { throw store.file.error("two tensors \(name)") }
    } else if let members {
      for (key, value) in members {
        guard value.mayHoldTensors, let name = key.text ?? key.int.map(String.init) else {
          continue
        }
        try value.collect(into: &tensors, prefix: below(name), depth: depth + 1, allowance)
      }
    } else if let members = state?.members {
      for (key, value) in members {
        guard value.mayHoldTensors, let name = key.text else { continue }
        let isContainer = ["_parameters", "_buffers", "_modules"].contains(name)
        try value.collect(
          into: &tensors, prefix: isContainer ? prefix : below(name), depth: depth + 1, allowance)
      }
    } else if let elements {
      for (index, value) in elements.enumerated() where value.mayHoldTensors {
        try value.collect(into: &tensors, prefix: below("\(index)"), depth: depth + 1, allowance)
      }
    }
  }

  private var mayHoldTensors: Bool {
    if case .object = value { true } else { false }
  }
}
