/// Reads pickles (protocols 2 to 5) without running anything.
///
/// A pickle is a program for a stack machine that calls Python functions by name. This machine
/// knows a closed list of names (``PickleGlobal``), each of which builds an inert object; every
/// other name ends the reading. Bytes and text stay in the mapped file. Every allocation is taken
/// from an ``Allowance`` first, and nothing recurses deeper than ``deepestArchive``.
/// Source: the comments of Python's `pickletools.py` for the meaning of the operations.
struct PickleMachine: ~Copyable {
  let file: MappedFile
  let allowance: Allowance

  /// All objects built so far.
  var objects: [PickleObject] = []

  /// All storages named so far.
  var storages: [PickledStorage] = []

  /// All tensors built so far.
  var tensors: [PickledTensor] = []

  /// Bytes that were decoded from text.
  var data: [MappedFile] = []

  /// The pickle that is being read.
  var program: Program

  /// Number of archives around the pickle that is being read.
  let archives: Int

  /// A pickle may hold archives, as byte strings, and these others; in them, more are refused.
  static let deepestArchive = 2

  init(_ file: MappedFile, _ allowance: Allowance, archives: Int = 0) {
    self.file = file
    self.allowance = allowance
    self.archives = archives + 1
    program = Program(range: 0..<0, archive: nil)
  }

  /// What belongs to one pickle.
  struct Program {
    /// Place of the next operation.
    var position: Int

    /// End of the pickle or of what contains it.
    let end: Int

    /// Place of the operation that is being executed, for errors.
    var operation: Int

    var stack: [PickleValue] = []

    /// Heights of the stack at which marks were set.
    var marks: [Int] = []

    var memo: [PickleValue] = []

    /// The archive whose storages are meant by persistent identifiers.
    var archive: TorchArchive?

    init(range: Range<Int>, archive: TorchArchive?) {
      position = range.lowerBound
      operation = range.lowerBound
      end = range.upperBound
      self.archive = archive
    }
  }

  /// Reads one pickle.
  ///
  /// - Parameters:
  ///   - range: where it starts, and what it may not leave.
  ///   - archive: what persistent identifiers refer to; storages that are found are added.
  /// - Returns: the pickled value and the place after the pickle.
  /// - Throws: ``CheckpointError`` if it is damaged, too large, or names what is not permitted.
  mutating func read(
    _ range: Range<Int>, archive: inout TorchArchive?
  ) throws(CheckpointError) -> (value: PickleValue, end: Int) {
    var program = Program(range: range, archive: archive)
    swap(&program, &self.program)
    defer { self.program = program }
    let value = try run()
    archive = self.program.archive
    return (value, self.program.position)
  }

  func error(_ reason: String) -> CheckpointError {
    file.error(reason, at: program.operation)
  }

  private mutating func run() throws(CheckpointError) -> PickleValue {
    guard program.end - program.position >= 2, file[program.position] == PickleOperation.protocol
    else { throw error("no pickle of protocol 2 to 5") }
    while true {
      program.operation = program.position
      let code = try byte()
      if code == PickleOperation.stop { return try pop() }
      try execute(code)
    }
  }
}

extension PickleMachine {
  /// Reads the next byte.
  mutating func byte() throws(CheckpointError) -> UInt8 {
    file[try bytes(1).lowerBound]
  }

  /// Passes over the next `count` bytes.
  mutating func bytes(_ count: Int) throws(CheckpointError) -> Range<Int> {
    guard count >= 0, count <= program.end - program.position else {
      throw error("the file ends in the middle of a pickle")
    }
    defer { program.position += count }
    return program.position..<program.position + count
  }

  /// Reads the next little-endian integer.
  mutating func integer<Number: FixedWidthInteger & BitwiseCopyable>(
    _ type: Number.Type
  ) throws(CheckpointError) -> Number {
    file.integer(at: try bytes(MemoryLayout<Number>.size).lowerBound, as: type)
  }

  /// Passes over bytes whose number stands before them.
  mutating func counted<Number: FixedWidthInteger & BitwiseCopyable>(
    _ type: Number.Type
  ) throws(CheckpointError) -> Range<Int> {
    guard let count = Int(exactly: try integer(type)) else {
      throw error("the file ends in the middle of a pickle")
    }
    return try bytes(count)
  }

  mutating func push(_ value: PickleValue) throws(CheckpointError) {
    try allowance.append(value, to: &program.stack, at: program.operation)
  }

  mutating func pop() throws(CheckpointError) -> PickleValue {
    guard program.stack.count > program.marks.last ?? 0 else { throw error("the stack is empty") }
    return program.stack.removeLast()
  }

  /// The top of the stack.
  func top() throws(CheckpointError) -> PickleValue {
    guard program.stack.count > program.marks.last ?? 0, let top = program.stack.last else {
      throw error("the stack is empty")
    }
    return top
  }

  /// Removes the last `count` values from the stack, or those above the last mark, and the mark.
  mutating func popItems(_ count: Int? = nil) throws(CheckpointError) -> [PickleValue] {
    let start: Int
    if let count {
      start = program.stack.count - count
      guard start >= program.marks.last ?? 0 else { throw error("the stack is empty") }
    } else {
      guard let mark = program.marks.popLast() else { throw error("no mark on the stack") }
      start = mark
    }
    let items = program.stack[start...]
    try allowance.takeArray(of: items.count, PickleValue.self, at: program.operation)
    defer { program.stack.removeSubrange(start...) }
    return Array(items)
  }

  /// Gives back the memory of `items`, which came from ``popItems(_:)`` and are kept by nobody.
  func drop(_ items: [PickleValue]) {
    if !items.isEmpty {
      allowance.give(items.count * MemoryLayout<PickleValue>.stride + Allowance.overhead)
    }
  }

  /// Adds an object and returns its value; `items` have been accounted for.
  mutating func object(
    _ kind: PickleObject.Kind, _ items: [PickleValue] = []
  ) throws(CheckpointError) -> PickleValue {
    try allowance.append(
      PickleObject(kind: kind, items: items), to: &objects, at: program.operation)
    return .object(objects.count - 1)
  }

  /// The items of `value` if it is an object of one of `kinds`.
  func items(_ value: PickleValue, _ kinds: PickleObject.Kind...) -> [PickleValue]? {
    guard case .object(let index) = value, kinds.contains(objects[index].kind) else { return nil }
    return objects[index].items
  }
}
