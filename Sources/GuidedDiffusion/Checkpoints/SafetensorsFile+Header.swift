extension SafetensorsFile {
  /// Whether `file` starts like a safetensors file.
  static func recognizes(_ file: MappedFile) -> Bool {
    file.count > 8 && file[8] == UInt8(ascii: "{")
  }

  /// Reads and checks the header; allocations come from `allowance`.
  init(_ file: MappedFile, _ allowance: Allowance) throws(CheckpointError) {
    let (header, data) = try Self.parts(of: file)
    guard let members = try JSON(file, header, allowance).members else {
      throw file.error("the header is no JSON object", at: header.lowerBound)
    }
    var metadata: [Metadata] = []
    var tensors = NamedTensors()
    var ranges: [Range<Int>] = []
    for member in members {
      if member.name == "__metadata__" {
        for entry in member.value.members ?? [] {
          guard let text = entry.value.string else {
            throw file.error("the metadata \"\(entry.name)\" is no text", at: header.lowerBound)
          }
          try allowance.append(Metadata(entry.name, text), to: &metadata, at: nil)
        }
        continue
      }
      let (tensor, range) = try Self.tensor(member, file, data: data)
      try allowance.append(range, to: &ranges, at: nil)
      try allowance.takeArray(of: 2 * tensor.shape.count, Int.self, at: nil)
      try allowance.takeEntry((String, StoredTensor).self, at: nil)
      _ = tensors.append(member.name, tensor)
    }
    try Self.check(ranges, fill: data, of: file)
    self.metadata = metadata
    self.tensors = tensors
  }

  /// Where the header and the elements lie.
  private static func parts(
    of file: MappedFile
  ) throws(CheckpointError) -> (header: Range<Int>, data: Range<Int>) {
    guard file.count >= 8 else {
      throw file.error("the file ends in the length of the safetensors header")
    }
    let length = file.integer(at: 0, as: UInt64.self)
    guard length <= UInt64(file.count - 8) else {
      throw file.error(
        "the safetensors header is said to have \(length) bytes, the file has \(file.count)", at: 0)
    }
    let end = 8 + Int(length)
    return (8..<end, end..<file.count)
  }

  /// One tensor of the header, and its place in the file.
  private static func tensor(
    _ member: JSON.Member, _ file: MappedFile, data: Range<Int>
  ) throws(CheckpointError) -> (StoredTensor, Range<Int>) {
    func error(_ reason: String) -> CheckpointError {
      file.error("tensor \"\(member.name)\": \(reason)")
    }
    let offsets = member.value["data_offsets"]?.array?.compactMap(\.int) ?? []
    guard let typeName = member.value["dtype"]?.string,
      let axes = member.value["shape"]?.array, case let shape = axes.compactMap(\.int),
      shape.count == axes.count, shape.allSatisfy({ $0 >= 0 }), offsets.count == 2
    else { throw error("dtype, shape and data_offsets expected") }
    guard let type = ElementType(rawValue: typeName) else {
      throw error("the type \(typeName) is not supported")
    }
    guard 0 <= offsets[0], offsets[0] <= offsets[1], offsets[1] <= data.count else {
      throw error("bytes \(offsets[0]) to \(offsets[1]) of \(data.count) bytes of data")
    }
    let range = data.lowerBound + offsets[0]..<data.lowerBound + offsets[1]
    guard shape.reduce(type.size, { $0.multipliedClamping(by: $1) }) == range.count else {
      throw error("\(range.count) bytes for \(typeName) of shape \(shape)")
    }
    return (try StoredTensor(file, storage: range, type: type, shape: shape), range)
  }

  /// Throws if tensors overlap or leave bytes over.
  private static func check(
    _ ranges: [Range<Int>], fill data: Range<Int>, of file: MappedFile
  ) throws(CheckpointError) {
    var end = data.lowerBound
    for range in ranges.sorted(by: {
      ($0.lowerBound, $0.upperBound) < ($1.lowerBound, $1.upperBound)
    }) {
      guard range.lowerBound == end else {
        throw file.error(
          range.lowerBound < end ? "two tensors overlap" : "bytes between two tensors", at: end)
      }
      end = range.upperBound
    }
    guard end == data.upperBound else {
      throw file.error("\(data.upperBound - end) bytes after the last tensor", at: end)
    }
  }
}
