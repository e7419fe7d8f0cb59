/// The members of a zip file that are stored without compression, as ranges of the file.
///
/// Written here instead of using a zip library because tensors must stay in the mapping: what is
/// needed is the place of a member, not its bytes in a buffer, and libraries give only these.
/// `torch.save` never compresses, TorchScript compresses source text alone.
/// Source: the format's description "APPNOTE.TXT - .ZIP File Format Specification".
struct ZipDirectory {
  /// Place of each member by its name.
  private(set) var members: [String: Range<Int>] = [:]

  /// Members that are compressed or encrypted, with the place of their entry in the directory.
  private(set) var packed: [(name: String, position: Int)] = []

  /// Whether `file` starts like a zip file.
  static func recognizes(_ file: MappedFile) -> Bool {
    file.count >= 4 && file.integer(at: 0, as: UInt32.self) == 0x0403_4b50
  }

  /// Reads the directory at the end of `file`.
  init(_ file: MappedFile, _ allowance: Allowance) throws(CheckpointError) {
    var (position, count, end) = try Self.directory(of: file)
    while count > 0 {
      guard end - position >= 46, file.integer(at: position, as: UInt32.self) == 0x0201_4b50 else {
        throw file.error("the zip directory is damaged", at: position)
      }
      let entry = Entry(file, at: position)
      guard entry.end <= end else { throw file.error("the zip directory is damaged", at: position) }
      let name = try allowance.string(file, position + 46..<position + 46 + entry.nameCount)
      try allowance.takeEntry((String, Range<Int>).self, at: position)
      if entry.isPacked {
        try allowance.append((name, position), to: &packed, at: position)
      } else {
        let range = try entry.place(in: file, directory: position)
        guard members.updateValue(range, forKey: name) == nil else {
          throw file.error("two members called \(name)", at: position)
        }
      }
      position = entry.end
      count -= 1
    }
  }

  /// Place of the directory, number of its entries, and its end.
  private static func directory(
    of file: MappedFile
  ) throws(CheckpointError) -> (position: Int, count: Int, end: Int) {
    // The end record is followed by a comment of at most 65535 bytes.
    let last = file.count - 22
    guard
      let record = stride(from: last, through: max(0, last - 65535), by: -1).first(where: {
        file.integer(at: $0, as: UInt32.self) == 0x0605_4b50
      })
    else { throw file.error("the zip file has no directory: it is not complete") }
    var count = UInt64(file.integer(at: record + 10, as: UInt16.self))
    var size = UInt64(file.integer(at: record + 12, as: UInt32.self))
    var start = UInt64(file.integer(at: record + 16, as: UInt32.self))
    var end = record
    if record >= 20, file.integer(at: record - 20, as: UInt32.self) == 0x0706_4b50 {
      let large = file.integer(at: record - 12, as: UInt64.self)
      guard large <= UInt64(record - 20), record - 20 - Int(large) >= 56,
        file.integer(at: Int(large), as: UInt32.self) == 0x0606_4b50
      else { throw file.error("the zip directory is damaged", at: record) }
      count = file.integer(at: Int(large) + 32, as: UInt64.self)
      size = file.integer(at: Int(large) + 40, as: UInt64.self)
      start = file.integer(at: Int(large) + 48, as: UInt64.self)
      end = Int(large)
    }
    guard start <= UInt64(end), size <= UInt64(end) - start, count <= size / 46 else {
      throw file.error("the zip directory is damaged", at: record)
    }
    return (Int(start), Int(count), Int(start + size))
  }
}

/// One entry of a zip directory.
private struct Entry {
  let method: UInt16
  let flags: UInt16
  let nameCount: Int
  let end: Int
  private(set) var storedSize: UInt64
  private(set) var size: UInt64
  private(set) var header: UInt64

  /// Reads the entry at `position`; the fixed part lies in the file.
  init(_ file: MappedFile, at position: Int) {
    flags = file.integer(at: position + 8, as: UInt16.self)
    method = file.integer(at: position + 10, as: UInt16.self)
    storedSize = UInt64(file.integer(at: position + 20, as: UInt32.self))
    size = UInt64(file.integer(at: position + 24, as: UInt32.self))
    nameCount = Int(file.integer(at: position + 28, as: UInt16.self))
    let extraCount = Int(file.integer(at: position + 30, as: UInt16.self))
    let commentCount = Int(file.integer(at: position + 32, as: UInt16.self))
    header = UInt64(file.integer(at: position + 42, as: UInt32.self))
    let extra = position + 46 + nameCount
    end = extra + extraCount + commentCount
    if end <= file.count { readLargeSizes(file, extra..<extra + extraCount) }
  }

  /// Replaces the numbers that do not fit into 32 bits by those in the extra field 1.
  private mutating func readLargeSizes(_ file: MappedFile, _ extra: Range<Int>) {
    var position = extra.lowerBound
    while extra.upperBound - position >= 4 {
      let kind = file.integer(at: position, as: UInt16.self)
      let end = position + 4 + Int(file.integer(at: position + 2, as: UInt16.self))
      guard end <= extra.upperBound else { return }
      if kind == 1 {
        var next = position + 4
        for field in [\Entry.size, \Entry.storedSize, \Entry.header]
        where self[keyPath: field] == 0xffff_ffff && end - next >= 8 {
          self[keyPath: field] = file.integer(at: next, as: UInt64.self)
          next += 8
        }
      }
      position = end
    }
  }

  /// Whether the member is compressed or encrypted.
  var isPacked: Bool { method != 0 || flags & 1 != 0 || storedSize != size }

  /// Where the bytes of the member lie.
  func place(in file: MappedFile, directory: Int) throws(CheckpointError) -> Range<Int> {
    guard header <= UInt64(directory), directory - Int(header) >= 30,
      file.integer(at: Int(header), as: UInt32.self) == 0x0403_4b50
    else { throw file.error("a member of the zip file has no header", at: directory) }
    let start =
      Int(header) + 30 + Int(file.integer(at: Int(header) + 26, as: UInt16.self))
      + Int(file.integer(at: Int(header) + 28, as: UInt16.self))
    guard start <= directory, size <= UInt64(directory - start) else {
      throw file.error("a member of the zip file ends behind the directory", at: directory)
    }
    return start..<start + Int(size)
  }
}
