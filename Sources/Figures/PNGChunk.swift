/// A piece of a PNG file: length, four letters, data, checksum.
struct PNGChunk: Hashable, Sendable {
  /// What every PNG file starts with.
  static let signature: [UInt8] = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]

  let type: String
  let data: [UInt8]

  init(_ type: String, _ data: [UInt8]) {
    self.type = type
    self.data = data
  }

  /// The chunks of a file that was written by us.
  ///
  /// - Precondition: the file is whole.
  static func chunks(of file: [UInt8]) -> [PNGChunk] {
    var chunks: [PNGChunk] = []
    var start = signature.count
    while start < file.count {
      let length = file[start..<start + 4].reduce(0) { $0 << 8 | Int($1) }
      let data = start + 8..<start + 8 + length
      chunks.append(
        PNGChunk(
          String(decoding: file[start + 4..<start + 8], as: UTF8.self), Array(file[data])))
      start = data.upperBound + 4
    }
    return chunks
  }

  /// Adds the chunk with length and checksum.
  func append(to file: inout [UInt8]) {
    let content = type.utf8 + data
    file += Self.bytes(data.count, 4) + content + Self.bytes(Int(Self.checksum(content)), 4)
  }

  /// A number in network order.
  static func bytes(_ number: Int, _ count: Int) -> [UInt8] {
    (0..<count).reversed().map { UInt8(number >> (8 * $0) & 255) }
  }

  /// CRC-32 (ISO 3309).
  static func checksum(_ bytes: [UInt8]) -> UInt32 {
    ~bytes.reduce(~0) { $0 >> 8 ^ table[Int(($0 ^ UInt32($1)) & 255)] }
  }

  private static let table: [UInt32] = (0..<256).map { byte in
    (0..<8).reduce(UInt32(byte)) { value, _ in value >> 1 ^ (value & 1) * 0xedb8_8320 }
  }
}
