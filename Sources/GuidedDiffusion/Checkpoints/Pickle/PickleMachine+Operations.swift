extension PickleMachine {
  /// Executes one operation other than `STOP`.
  mutating func execute(_ code: UInt8) throws(CheckpointError) {
    typealias Code = PickleOperation
    switch code {
    case Code.protocol:
      let version = try byte()
      guard 2...5 ~= version else { throw error("pickle protocol \(version) is not supported") }
    case Code.frame: try frame()
    case Code.none: try push(.none)
    case Code.newTrue: try push(.bool(true))
    case Code.newFalse: try push(.bool(false))
    case Code.binInt: try push(.integer(Int(try integer(Int32.self))))
    case Code.binInt1: try push(.integer(Int(try byte())))
    case Code.binInt2: try push(.integer(Int(try integer(UInt16.self))))
    case Code.long1: try push(long(try counted(UInt8.self)))
    case Code.long4: try push(long(try counted(Int32.self)))
    case Code.binFloat:
      let bits = try integer(UInt64.self).byteSwapped
      try push(.float(Double(bitPattern: bits)))
    case Code.shortBinUnicode: try push(.text(try counted(UInt8.self)))
    case Code.binUnicode: try push(.text(try counted(UInt32.self)))
    case Code.binUnicode8: try push(.text(try counted(UInt64.self)))
    case Code.shortBinString: try push(.text(try counted(UInt8.self)))
    case Code.binString: try push(.text(try counted(Int32.self)))
    case Code.shortBinBytes: try push(.bytes(try counted(UInt8.self)))
    case Code.binBytes: try push(.bytes(try counted(UInt32.self)))
    case Code.binBytes8, Code.byteArray8: try push(.bytes(try counted(UInt64.self)))
    case Code.binPut: try memoize(Int(try byte()))
    case Code.longBinPut: try memoize(Int(try integer(UInt32.self)))
    case Code.memoize: try memoize(program.memo.count)
    case Code.binGet: try recall(Int(try byte()))
    case Code.longBinGet: try recall(Int(try integer(UInt32.self)))
    default: try executeOnStack(code)
    }
  }

  /// Executes an operation without an operand in the file.
  private mutating func executeOnStack(_ code: UInt8) throws(CheckpointError) {
    typealias Code = PickleOperation
    switch code {
    case Code.mark:
      try allowance.append(program.stack.count, to: &program.marks, at: program.operation)
    case Code.pop:
      // Python removes a mark if that is what stands on top.
      if program.marks.last == program.stack.count, program.marks.popLast() != nil { return }
      _ = try pop()
    case Code.popMark: drop(try popItems())
    case Code.duplicate: try push(try top())
    case Code.emptyTuple: try push(try object(.tuple))
    case Code.tuple1: try push(try object(.tuple, try popItems(1)))
    case Code.tuple2: try push(try object(.tuple, try popItems(2)))
    case Code.tuple3: try push(try object(.tuple, try popItems(3)))
    case Code.tuple: try push(try object(.tuple, try popItems()))
    case Code.emptyList: try push(try object(.list))
    case Code.list: try push(try object(.list, try popItems()))
    case Code.emptyDict: try push(try object(.dictionary))
    case Code.dict: try push(try object(.dictionary, try paired(try popItems())))
    case Code.emptySet: try push(try object(.set))
    case Code.frozenSet: try push(try object(.set, try popItems()))
    case Code.append: try extend(with: try popItems(1), .list)
    case Code.appends: try extend(with: try popItems(), .list)
    case Code.setItem: try extend(with: try popItems(2), .dictionary)
    case Code.setItems: try extend(with: try paired(try popItems()), .dictionary)
    case Code.addItems: try extend(with: try popItems(), .set)
    case Code.global: try push(.global(try global(module: try line(), name: try line())))
    case Code.stackGlobal:
      let names = try popItems(2)
      guard case .text(let module) = names[0], case .text(let name) = names[1] else {
        throw error("the name of a class is no text")
      }
      drop(names)
      try push(.global(try global(module: module, name: name)))
    case Code.reduce, Code.newObject:
      let call = try popItems(2)
      drop(call)
      try push(try construct(call[0], call[1]))
    case Code.newObjectEx:
      let call = try popItems(3)
      guard items(call[2], .dictionary) == [] else {
        throw error("named arguments of a constructor are not permitted")
      }
      drop(call)
      try push(try construct(call[0], call[1]))
    case Code.build:
      let state = try pop()
      try build(try top(), state)
    case Code.binPersistentID: try push(try storage(try pop()))
    default:
      throw error("the pickle operation 0x\(String(code, radix: 16)) is not permitted")
    }
  }

  private mutating func frame() throws(CheckpointError) {
    let count = try integer(UInt64.self)
    guard count <= UInt64(program.end - program.position) else {
      throw error("the file ends in the middle of a pickle")
    }
  }

  /// The integer in two's complement in `range`.
  private func long(_ range: Range<Int>) -> PickleValue {
    guard range.count <= 8 else { return .long(range) }
    var bits: UInt64 = 0
    for (index, offset) in range.enumerated() { bits |= UInt64(file[offset]) << (8 * index) }
    let unused = 64 - 8 * range.count
    return .integer(unused == 64 ? 0 : Int(Int64(bitPattern: bits << unused) >> unused))
  }

  private mutating func memoize(_ index: Int) throws(CheckpointError) {
    let value = try top()
    while program.memo.count <= index {
      // Writers number without gaps; a gap would make room for a number that nobody has used.
      guard index == program.memo.count else { throw error("memo entry \(index) is out of order") }
      try allowance.append(value, to: &program.memo, at: program.operation)
    }
    program.memo[index] = value
  }

  private mutating func recall(_ index: Int) throws(CheckpointError) {
    guard index < program.memo.count else { throw error("memo entry \(index) is missing") }
    try push(program.memo[index])
  }

  /// The text up to the next line end, which is passed over.
  private mutating func line() throws(CheckpointError) -> Range<Int> {
    let start = program.position
    while try byte() != UInt8(ascii: "\n") {}
    return start..<program.position - 1
  }

  private func paired(_ items: [PickleValue]) throws(CheckpointError) -> [PickleValue] {
    guard items.count % 2 == 0 else { throw error("a key of a dictionary has no value") }
    return items
  }

  /// Appends items to the object on top of the stack.
  private mutating func extend(
    with items: [PickleValue], _ kind: PickleObject.Kind
  ) throws(CheckpointError) {
    guard case .object(let index) = try top(), objects[index].kind == kind else {
      throw error("items for what is no \(kind)")
    }
    for item in items {
      try allowance.append(item, to: &objects[index].items, at: program.operation)
    }
    drop(items)
  }
}
