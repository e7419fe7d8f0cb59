/// A NumPy archive (`.npz`): a zip file whose members are arrays, as `numpy.savez` writes it.
///
/// Compressed members, which `numpy.savez_compressed` writes, are refused. Arrays of Fortran order
/// and of little-endian numbers of any type are read.
/// Source: the description of the format in NumPy's `numpy.lib.format`.
struct NPYArchive {
  /// The arrays by their names without `.npy`.
  private(set) var tensors = NamedTensors()

  /// Reads an archive.
  ///
  /// - Returns: nil if no member is an array.
  /// - Throws: ``CheckpointError`` if the file is damaged.
  init?(_ file: MappedFile) throws(CheckpointError) {
    let allowance = Allowance(for: file)
    let directory = try ZipDirectory(file, allowance)
    let suffix = ".npy"
    if let member = directory.packed.first(where: { $0.name.hasSuffix(suffix) }) {
      throw file.error(
        "\(member.name) is compressed: write the archive by numpy.savez", at: member.position)
    }
    let arrays = directory.members.filter { $0.key.hasSuffix(suffix) }
    if arrays.isEmpty { return nil }
    for (name, range) in arrays.sorted(by: { $0.key < $1.key }) {
      let tensor = try Self.array(file, range, allowance)
      _ = tensors.append(String(name.dropLast(suffix.count)), tensor)
    }
  }

  /// The array in one member.
  private static func array(
    _ file: MappedFile, _ range: Range<Int>, _ allowance: Allowance
  ) throws(CheckpointError) -> StoredTensor {
    let start = range.lowerBound
    let magic = [0x93] + Array("NUMPY".utf8)
    guard range.count >= 12, magic.indices.allSatisfy({ file[start + $0] == magic[$0] }) else {
      throw file.error("no NumPy array", at: start)
    }
    let isLong = file[start + 6] > 1
    let length =
      isLong
      ? Int(file.integer(at: start + 8, as: UInt32.self))
      : Int(file.integer(at: start + 8, as: UInt16.self))
    let body = start + (isLong ? 12 : 10)
    guard length <= range.upperBound - body, length <= 1 << 16 else {
      throw file.error("the header of a NumPy array is damaged", at: start)
    }
    let header = try allowance.string(file, body..<body + length)
    guard let type = type(header), let shape = shape(header) else {
      throw file.error("a NumPy array of a kind that is not supported", at: start)
    }
    let isFortran = header.contains("'fortran_order': True")
    return try StoredTensor(
      file, storage: body + length..<range.upperBound, type: type, shape: shape,
      strides: isFortran
        ? Array(StoredTensor.rowMajor(shape.reversed()).reversed())
        : StoredTensor.rowMajor(shape), place: start)
  }

  /// The element type of `{'descr': '<f8', ...}`.
  private static func type(_ header: String) -> ElementType? {
    let types: [String: ElementType] = [
      "<f8": .f64, "<f4": .f32, "<f2": .f16, "<i8": .i64, "<i4": .i32, "<i2": .i16, "|i1": .i8,
      "<u8": .u64, "<u4": .u32, "<u2": .u16, "|u1": .u8, "|b1": .bool,
    ]
    return types.first { header.contains("'descr': '\($0.key)'") }?.value
  }

  /// The lengths in `'shape': (2, 3)`.
  private static func shape(_ header: String) -> [Int]? {
    guard let open = header.firstIndex(of: "("),
      let close = header[open...].firstIndex(of: ")")
    else { return nil }
    let axes = header[header.index(after: open)..<close].split(separator: ",")
      .map { $0.filter { $0 != " " } }.filter { !$0.isEmpty }
    let shape = axes.compactMap { Int($0) }
    return shape.count == axes.count && shape.count <= 8 && shape.allSatisfy { $0 >= 0 }
      ? shape : nil
  }
}
