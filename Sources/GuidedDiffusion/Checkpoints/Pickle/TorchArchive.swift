/// What the persistent identifiers of one `torch.save` archive refer to.
struct TorchArchive {
  /// Numbers of the storages named so far, by key.
  var storages: [String: Int] = [:]

  /// Where the storages lie, by key; nil in the legacy format, where they follow the pickle.
  let members: [String: Range<Int>]?

  /// Whether objects of the classes under `__torch__` are to be expected, which TorchScript makes
  /// of modules.
  var isScript = false

  /// Where the storage called `key` lies; nil if that is not known yet.
  func place(
    of key: String, in file: MappedFile, at position: Int
  ) throws(CheckpointError) -> Range<Int>? {
    guard let members else { return nil }
    guard let range = members[key] else {
      throw file.error("the archive has no storage \(key)", at: position)
    }
    return range
  }
}

extension PickleMachine {
  /// The first pickle of a legacy archive, 0x1950a86a20f9469cfc6c.
  private static let magic: [UInt8] = [0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19]

  /// Whether a legacy archive starts at `offset`.
  static func isLegacyArchive(_ file: MappedFile, at offset: Int = 0) -> Bool {
    let start = [PickleOperation.protocol, 2, PickleOperation.long1, 10] + magic
    return file.count - offset >= start.count
      && start.indices.allSatisfy { file[offset + $0] == start[$0] }
  }

  /// Reads a legacy `torch.save` archive: pickles of a magic number, a version, facts about the
  /// machine, the value and the keys of its storages; then for each storage the number of its
  /// elements and their bytes.
  ///
  /// - Returns: the value.
  mutating func readLegacyArchive(_ range: Range<Int>) throws(CheckpointError) -> PickleValue {
    guard range.count >= 20, Self.isLegacyArchive(file, at: range.lowerBound) else {
      throw file.error("no torch archive in a byte string", at: range.lowerBound)
    }
    var archive: TorchArchive?
    var rest = range
    func after(_ end: Int) -> Range<Int> { end..<range.upperBound }
    rest = after(try read(rest, archive: &archive).end)
    let version = try read(rest, archive: &archive)
    guard version.value == .integer(1001) else {
      throw file.error("a torch archive of an unknown version", at: rest.lowerBound)
    }
    rest = after(version.end)
    let machine = try read(rest, archive: &archive)
    if let facts = items(machine.value, .dictionary),
      PickleNode.lookUp("little_endian", in: facts, of: file) == .bool(false)
    {
      throw file.error("a torch archive of a big-endian machine", at: rest.lowerBound)
    }
    archive = TorchArchive(members: nil)
    let value = try read(after(machine.end), archive: &archive)
    rest = after(value.end)
    var none: TorchArchive?
    let keys = try read(rest, archive: &none)
    rest = after(keys.end)
    guard let keys = items(keys.value, .list) else {
      throw file.error("a torch archive without a list of storages", at: rest.lowerBound)
    }
    for key in keys { rest = after(try locate(key, rest, in: archive)) }
    return value.value
  }

  /// Finds the bytes of one storage of a legacy archive.
  ///
  /// - Returns: the place after them.
  private mutating func locate(
    _ key: PickleValue, _ rest: Range<Int>, in archive: TorchArchive?
  ) throws(CheckpointError) -> Int {
    guard case .text(let name) = key, rest.count >= 8 else {
      throw file.error("the file ends before the bytes of a storage", at: rest.lowerBound)
    }
    let count = file.integer(at: rest.lowerBound, as: Int64.self)
    guard let index = archive?.storages[try allowance.string(file, name)],
      storages[index].count == count
    else { throw file.error("a storage of another size than announced", at: rest.lowerBound) }
    let start = rest.lowerBound + 8
    let bytes = storages[index].count.multipliedClamping(by: storages[index].type?.size ?? 1)
    guard bytes <= rest.upperBound - start else {
      throw file.error("the file ends in the bytes of a storage", at: rest.lowerBound)
    }
    storages[index].place = (file, start..<start + bytes)
    return start + bytes
  }
}
