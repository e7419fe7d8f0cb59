/// Tensors, parameters and storages.
extension PickleMachine {
  /// `_load_from_bytes(b)`: a byte string with a legacy torch file that holds one storage.
  mutating func loadStorage(_ arguments: [PickleValue]) throws(CheckpointError) -> PickleValue {
    guard arguments.count == 1, let (holder, range) = bytes(arguments[0]) else {
      throw error("a storage is no byte string")
    }
    guard archives < Self.deepestArchive else { throw error("archives in archives in archives") }
    // A machine of its own: the bytes may have been decoded from text, and nothing but the storage
    // is wanted.
    let archives = archives
    let storage = try allowance.temporarily { () throws(CheckpointError) in
      var machine = PickleMachine(holder, allowance, archives: archives)
      let value = try machine.readLegacyArchive(range)
      guard case .object(let index) = value,
        case .storage(let number) = machine.objects[index].kind
      else {
        throw holder.error(
          "a byte string that should hold a storage holds something else", at: range.lowerBound)
      }
      return machine.storages[number]
    }
    try allowance.append(storage, to: &storages, at: program.operation)
    return try object(.storage(storages.count - 1))
  }

  /// `_rebuild_tensor_v2(storage, offset, size, stride, requires_grad, hooks, ...)`; in version 3
  /// the type of the elements comes after the hooks.
  mutating func tensor(_ arguments: [PickleValue]) throws(CheckpointError) -> PickleValue {
    guard arguments.count >= 4, case .object(let index) = arguments[0],
      case .storage(let storage) = objects[index].kind, case .integer(let offset) = arguments[1]
    else { throw error("a tensor without storage, offset, shape and strides") }
    var type = storages[storage].type
    if arguments.count >= 7, case .global(.elementType(let own)) = arguments[6] { type = own }
    guard let type else { throw error("a tensor of unknown type") }
    return try tensor(
      PickledTensor(
        storage: storage, type: type, shape: try integers(arguments[2]),
        strides: try integers(arguments[3]), offset: offset, position: program.operation))
  }

  /// Adds a tensor and the object that stands for it.
  mutating func tensor(_ tensor: PickledTensor) throws(CheckpointError) -> PickleValue {
    try allowance.append(tensor, to: &tensors, at: program.operation)
    return try object(.tensor(tensors.count - 1))
  }

  /// A tuple or list of integers.
  func integers(_ value: PickleValue) throws(CheckpointError) -> [Int] {
    guard let items = items(value, .tuple, .list) else { throw error("a tuple was expected") }
    try allowance.takeArray(of: items.count, Int.self, at: program.operation)
    var integers: [Int] = []
    integers.reserveCapacity(items.count)
    for item in items {
      guard case .integer(let integer) = item else { throw error("an integer was expected") }
      integers.append(integer)
    }
    return integers
  }

  /// `_rebuild_parameter(data, requires_grad, hooks)`: the tensor itself.
  func parameter(_ arguments: [PickleValue]) throws(CheckpointError) -> PickleValue {
    guard let tensor = arguments.first, case .object(let index) = tensor,
      case .tensor = objects[index].kind
    else { throw error("a parameter without a tensor") }
    return tensor
  }

  /// `_rebuild_from_type_v2(function, type, arguments, state)`: the tensor without its subclass.
  mutating func subclass(_ arguments: [PickleValue]) throws(CheckpointError) -> PickleValue {
    // Not itself again, which could nest without end.
    guard arguments.count >= 3, arguments[0] != .global(.rebuildSubclass) else {
      throw error("a tensor of a subclass without function and arguments")
    }
    return try construct(arguments[0], arguments[2])
  }

  /// The storage of an archive that a persistent identifier names:
  /// `('storage', class, key, location, count)`.
  mutating func storage(_ identifier: PickleValue) throws(CheckpointError) -> PickleValue {
    guard program.archive != nil else { throw error("a reference to another file") }
    guard let parts = items(identifier, .tuple), parts.count >= 5,
      case .global(.storage(let type)) = parts[1], case .text(let key) = parts[2],
      case .integer(let count) = parts[4], count >= 0
    else { throw error("a persistent identifier that names no storage") }
    if parts.count > 5, parts[5] != .none { throw error("views of storages are not supported") }
    let name = try allowance.string(file, key)
    if let index = program.archive?.storages[name] {
      guard storages[index].type == type, storages[index].count == count else {
        throw error("two storages called \(name)")
      }
      return try object(.storage(index))
    }
    let place = try program.archive?.place(of: name, in: file, at: program.operation)
    try allowance.append(
      PickledStorage(type: type, count: count, place: place.map { (file, $0) }), to: &storages,
      at: program.operation)
    try allowance.takeEntry((String, Int).self, at: program.operation)
    program.archive?.storages[name] = storages.count - 1
    return try object(.storage(storages.count - 1))
  }

  /// All tensors, once their storages have been found.
  func storedTensors() throws(CheckpointError) -> [StoredTensor] {
    try allowance.takeArray(of: tensors.count, StoredTensor.self, at: nil)
    var found: [StoredTensor] = []
    found.reserveCapacity(tensors.count)
    for tensor in tensors {
      let storage = storages[tensor.storage]
      guard let (holder, range) = storage.place else {
        throw file.error("a tensor's storage is missing", at: tensor.position)
      }
      let bytes = storage.count.multipliedClamping(by: storage.type?.size ?? 1)
      guard bytes <= range.count else {
        throw file.error(
          "a storage of \(storage.count) elements has \(range.count) bytes", at: tensor.position)
      }
      found.append(
        try StoredTensor(
          holder, storage: range.prefix(bytes), type: tensor.type, shape: tensor.shape,
          strides: tensor.strides, offset: tensor.offset, place: tensor.position))
    }
    return found
  }
}

extension Range<Int> {
  /// The first `count` numbers.
  func prefix(_ count: Int) -> Range<Int> { lowerBound..<Swift.min(lowerBound + count, upperBound) }
}
