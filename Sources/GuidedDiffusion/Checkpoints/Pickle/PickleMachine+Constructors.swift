extension PickleMachine {
  /// The permitted class or function of this name.
  func global(
    module: Range<Int>, name: Range<Int>
  ) throws(CheckpointError) -> PickleGlobal {
    guard module.count <= 100, name.count <= 100 else {
      throw error("the name of a class is too long")
    }
    let full = try allowance.temporarily { () throws(CheckpointError) in
      "\(try allowance.string(file, module)).\(try allowance.string(file, name))"
    }
    // Modules of a TorchScript archive: their attributes are kept, their code is not there.
    if program.archive?.isScript == true, full.hasPrefix("__torch__.") { return .module }
    guard let global = PickleGlobal.named(full) else {
      throw error("refuses to construct \(full): it is not in the list of what is known to be data")
    }
    return global
  }

  /// Builds what calling `callee` with the tuple `arguments` stands for.
  mutating func construct(
    _ callee: PickleValue, _ arguments: PickleValue
  ) throws(CheckpointError) -> PickleValue {
    guard case .global(let global) = callee, let arguments = items(arguments, .tuple) else {
      throw error("a constructor is no class, or its arguments are no tuple")
    }
    switch global {
    case .dictionary: return try dictionary(arguments)
    case .set:
      guard let first = arguments.first else { return try object(.set) }
      return try object(.set, try copy(try elements(first)))
    case .bytes where arguments.isEmpty: return .bytes(program.operation..<program.operation)
    case .bytes, .encode: return try encoded(arguments)
    case .persistentObject: return try persistentObject(arguments)
    case .module: return try object(.instance)
    case .scriptValue:
      guard let value = arguments.first else { throw error("a list of nothing") }
      return value
    case .loadStorage: return try loadStorage(arguments)
    case .rebuildTensor, .rebuildTensorWithType: return try tensor(arguments)
    case .rebuildParameter: return try parameter(arguments)
    case .rebuildSubclass: return try subclass(arguments)
    case .size:
      guard arguments.count == 1, items(arguments[0], .tuple, .list) != nil else {
        throw error("torch.Size of what is no tuple")
      }
      return arguments[0]
    case .device: return try object(.tuple, arguments)
    case .arrayTypeClass: return try arrayType(arguments)
    case .reconstructArray: return try object(.array)
    case .arrayFromBuffer: return try arrayFromBuffer(arguments)
    case .arrayScalar: return try arrayScalar(arguments)
    case .tensorClass, .storage, .elementType, .arrayClass:
      throw error("a class is called that is only ever named")
    }
  }

  /// Gives the object `value` its state.
  mutating func build(
    _ value: PickleValue, _ state: PickleValue
  ) throws(CheckpointError) {
    guard case .object(let index) = value else { throw error("state for what is no object") }
    switch objects[index].kind {
    case .instance:
      try allowance.takeArray(of: 1, PickleValue.self, at: program.operation)
      objects[index].items = [state]
    case .arrayType(let type, _):
      objects[index].kind = .arrayType(type, isBigEndian: try isBigEndian(state))
    case .array:
      objects[index].kind = .tensor(try array(state))
    // Attributes of dictionaries and tensors, for example `_metadata` of a state dictionary.
    case .dictionary, .tensor: break
    case .tuple, .list, .set, .storage, .data: throw error("state for what has none")
    }
  }

  /// The elements of a tuple, list or set.
  private func elements(_ value: PickleValue) throws(CheckpointError) -> [PickleValue] {
    guard let elements = items(value, .tuple, .list, .set) else {
      throw error("a list was expected")
    }
    return elements
  }

  /// The same items, accounted for: changing one of two equal arrays makes the runtime copy it.
  private func copy(_ items: [PickleValue]) throws(CheckpointError) -> [PickleValue] {
    try allowance.takeArray(of: items.count, PickleValue.self, at: program.operation)
    return items
  }

  /// A dictionary: empty, or of a list of keys and values.
  private mutating func dictionary(
    _ arguments: [PickleValue]
  ) throws(CheckpointError) -> PickleValue {
    var flat: [PickleValue] = []
    if let first = arguments.first {
      if let other = items(first, .dictionary) { return try object(.dictionary, try copy(other)) }
      for pair in try elements(first) {
        let pair = try elements(pair)
        guard pair.count == 2 else { throw error("a dictionary of what are no pairs") }
        for item in pair { try allowance.append(item, to: &flat, at: program.operation) }
      }
    }
    return try object(.dictionary, flat)
  }

  /// Bytes that older protocols write as text, one character per byte.
  private mutating func encoded(
    _ arguments: [PickleValue]
  ) throws(CheckpointError) -> PickleValue {
    guard let first = arguments.first else { throw error("bytes of nothing") }
    switch first {
    case .bytes: return first
    case .text(let range):
      let bytes = try decoded(range)
      try allowance.append(bytes, to: &data, at: program.operation)
      return try object(.data(data.count - 1))
    case .object(let index):
      // `bytearray(bytes)`, both of them from text.
      if case .data = objects[index].kind { return first }
      throw error("bytes of what is no text")
    default: throw error("bytes of what is no text")
    }
  }

  /// The bytes with the numbers of the characters of the text in `range`.
  private func decoded(_ range: Range<Int>) throws(CheckpointError) -> MappedFile {
    // Characters up to 255 have one byte in UTF-8, or a leading 0xc2 or 0xc3 and one more.
    var position = range.lowerBound
    var count = 0
    while position < range.upperBound {
      let isLong = file[position] >= 0x80
      guard
        !isLong
          || 0xc2...0xc3 ~= file[position] && position + 1 < range.upperBound
            && file[position + 1] & 0xc0 == 0x80
      else { throw error("text that stands for no bytes") }
      position += isLong ? 2 : 1
      count += 1
    }
    try allowance.take(count + 2 * Allowance.overhead, at: program.operation)
    position = range.lowerBound
    return MappedFile(path: file.path, count: count) { _ in
      defer { position += file[position] >= 0x80 ? 2 : 1 }
      return file[position] >= 0x80
        ? file[position] << 6 | file[position + 1] & 0x3f : file[position]
    }
  }

  /// An object of a class embedded as source text: its description, a dictionary, is kept.
  private mutating func persistentObject(
    _ arguments: [PickleValue]
  ) throws(CheckpointError) -> PickleValue {
    guard arguments.count == 1, let description = items(arguments[0], .dictionary) else {
      throw error("a persistent object without a description")
    }
    let node = PickleNode.lookUp("state", in: description, of: file)
    let name = PickleNode.lookUp("class_name", in: description, of: file)
    guard let node, let name, case .text = name else {
      throw error("a persistent object without class name and state")
    }
    try allowance.takeArray(of: 2, PickleValue.self, at: program.operation)
    return try object(.instance, [node, name])
  }
}
