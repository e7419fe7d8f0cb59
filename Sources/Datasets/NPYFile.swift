/// A NumPy array of little-endian fp32 in C order.
struct NPYFile {
  let shape: [Int]
  let elements: [Float]

  /// Reads the bytes of a file.
  ///
  /// - Returns: nil if they are another kind of file or incomplete.
  init?(_ bytes: [UInt8]) {
    guard bytes.count >= 12, bytes.starts(with: [0x93] + Array("NUMPY".utf8)) else { return nil }
    let lengthBytes = bytes[6] == 1 ? 2 : 4
    let length = (0..<lengthBytes).reduce(0) { $0 | Int(bytes[8 + $1]) << (8 * $1) }
    let start = 8 + lengthBytes + length
    guard start <= bytes.count else { return nil }
    let header = String(decoding: bytes[(8 + lengthBytes)..<start], as: UTF8.self)
    guard header.contains("'descr': '<f4'"), header.contains("'fortran_order': False"),
      let open = header.firstIndex(of: "("), let close = header[open...].firstIndex(of: ")")
    else { return nil }
    let axes = header[header.index(after: open)..<close].split(separator: ",")
      .map { $0.filter { $0 != " " } }.filter { !$0.isEmpty }
    let shape = axes.compactMap { Int($0) }
    guard shape.count == axes.count, shape.allSatisfy({ 0..<1 << 20 ~= $0 }), shape.count <= 4,
      bytes.count - start == 4 * shape.reduce(1, { $0.multipliedReportingOverflow(by: $1).0 })
    else { return nil }
    self.shape = shape
    elements = stride(from: start, to: bytes.count, by: 4).map { place in
      Float(bitPattern: (0..<4).reduce(0) { $0 | UInt32(bytes[place + $1]) << (8 * UInt32($1)) })
    }
  }
}
