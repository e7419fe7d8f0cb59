/// NumPy arrays, their element types and scalars.
extension PickleMachine {
  /// `dtype('f4', False, True)`.
  mutating func arrayType(_ arguments: [PickleValue]) throws(CheckpointError) -> PickleValue {
    guard let first = arguments.first, case .text(let range) = first, range.count <= 8 else {
      throw error("a NumPy type that is not supported")
    }
    let name = try allowance.string(file, range)
    let types: [String: ElementType] = [
      "f8": .f64, "f4": .f32, "f2": .f16, "i8": .i64, "i4": .i32, "i2": .i16, "i1": .i8,
      "u8": .u64, "u4": .u32, "u2": .u16, "u1": .u8, "b1": .bool,
    ]
    guard let type = types[name] else { throw error("the NumPy type \(name) is not supported") }
    return try object(.arrayType(type, isBigEndian: false))
  }

  /// The byte order in the state of an element type: `(3, '<', ...)`.
  func isBigEndian(_ state: PickleValue) throws(CheckpointError) -> Bool {
    guard let state = items(state, .tuple), state.count >= 2, case .text(let order) = state[1],
      order.count == 1
    else { throw error("a NumPy type without a byte order") }
    return file[order.lowerBound] == UInt8(ascii: ">")
  }

  /// The tensor of the state of an array: `(version, shape, type, is_fortran, bytes)`.
  mutating func array(_ state: PickleValue) throws(CheckpointError) -> Int {
    guard let state = items(state, .tuple), state.count == 5, case .bool(let fortran) = state[3]
    else { throw error("a NumPy array without shape, type and bytes") }
    return try array(shape: state[1], type: state[2], isFortran: fortran, bytes: state[4])
  }

  /// `_frombuffer(bytes, type, shape, order)`.
  mutating func arrayFromBuffer(
    _ arguments: [PickleValue]
  ) throws(CheckpointError) -> PickleValue {
    guard arguments.count == 4, case .text(let order) = arguments[3], order.count == 1 else {
      throw error("a NumPy array without bytes, type, shape and order")
    }
    let isFortran = file[order.lowerBound] == UInt8(ascii: "F")
    let tensor = try array(
      shape: arguments[2], type: arguments[1], isFortran: isFortran, bytes: arguments[0])
    return try object(.tensor(tensor))
  }

  /// `scalar(type, bytes)`.
  mutating func arrayScalar(_ arguments: [PickleValue]) throws(CheckpointError) -> PickleValue {
    guard arguments.count == 2, let type = elementType(arguments[0]),
      let (holder, range) = bytes(arguments[1])
    else { throw error("a NumPy number without type and bytes") }
    let scalar = try StoredTensor(
      holder, storage: range, type: type, shape: [], place: program.operation)
    if type == .bool { return .bool(scalar.elements(as: Double.self)[0] != 0) }
    if let integers = scalar.integers(as: Int.self) { return .integer(integers[0]) }
    return .float(scalar.elements(as: Double.self)[0])
  }

  /// Adds the storage and the tensor of an array.
  private mutating func array(
    shape: PickleValue, type: PickleValue, isFortran: Bool, bytes: PickleValue
  ) throws(CheckpointError) -> Int {
    guard let type = elementType(type), let place = self.bytes(bytes) else {
      throw error("a NumPy array of objects, or of a byte order that is not supported")
    }
    let shape = try integers(shape)
    guard shape.allSatisfy({ $0 >= 0 }) else { throw error("a NumPy array of shape \(shape)") }
    let strides =
      isFortran
      ? Array(StoredTensor.rowMajor(shape.reversed()).reversed()) : StoredTensor.rowMajor(shape)
    // The strides and the two reversed lists that they are made from.
    try allowance.takeArray(of: 3 * shape.count, Int.self, at: program.operation)
    try allowance.append(
      PickledStorage(type: type, count: place.range.count / type.size, place: place),
      to: &storages, at: program.operation)
    try allowance.append(
      PickledTensor(
        storage: storages.count - 1, type: type, shape: shape, strides: strides, offset: 0,
        position: program.operation), to: &tensors, at: program.operation)
    return tensors.count - 1
  }

  /// The little-endian element type that `value` is.
  private func elementType(_ value: PickleValue) -> ElementType? {
    guard case .object(let index) = value,
      case .arrayType(let type, let isBigEndian) = objects[index].kind
    else { return nil }
    return isBigEndian && type.size > 1 ? nil : type
  }

  /// Where the byte string `value` is.
  func bytes(_ value: PickleValue) -> (file: MappedFile, range: Range<Int>)? {
    switch value {
    case .bytes(let range): return (file, range)
    case .object(let index):
      guard case .data(let number) = objects[index].kind else { return nil }
      return (data[number], 0..<data[number].count)
    default: return nil
    }
  }
}
