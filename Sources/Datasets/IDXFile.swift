import CZlib
import Foundation

/// An array of bytes in the IDX format of MNIST, plain or compressed with gzip.
struct IDXFile {
  /// Length of each axis, outermost first.
  let shape: [Int]

  /// Row-major.
  let elements: [UInt8]

  /// Largest array that is read.
  static let largest = 1 << 32

  init(_ path: String) throws(DatasetError) {
    let bytes = try Self.unpack(path)
    // Two zeros, the type (8: unsigned bytes), the number of axes; big-endian lengths.
    guard bytes.count >= 4, bytes[0] == 0, bytes[1] == 0, bytes[2] == 8, 1...3 ~= bytes[3],
      bytes.count >= 4 + 4 * Int(bytes[3])
    else { throw DatasetError(path, reason: "no IDX file of bytes") }
    let axes = Int(bytes[3])
    shape = (0..<axes).map { axis in
      (0..<4).reduce(0) { $0 << 8 | Int(bytes[4 + 4 * axis + $1]) }
    }
    let count = shape.reduce(1) { $0.multipliedReportingOverflow(by: $1).partialValue }
    guard bytes.count == 4 + 4 * axes + count, count > 0 else {
      throw DatasetError(
        path, reason: "\(bytes.count - 4 - 4 * axes) bytes for an array of \(shape): incomplete?")
    }
    elements = Array(bytes[(4 + 4 * axes)...])
  }

  /// The bytes of a file, unpacked if they are packed.
  private static func unpack(_ path: String) throws(DatasetError) -> [UInt8] {
    guard let file = unsafe gzopen(path, "rb") else {
      throw DatasetError(path, reason: "it cannot be opened")
    }
    defer { unsafe gzclose_r(file) }
    var bytes: [UInt8] = []
    var piece = [UInt8](repeating: 0, count: 1 << 20)
    while true {
      let count = unsafe gzread(file, &piece, UInt32(piece.count))
      if count < 0 { throw DatasetError(path, reason: "the gzip data is damaged") }
      if count == 0 { break }
      guard bytes.count + Int(count) <= largest else {
        throw DatasetError(path, reason: "larger than \(largest) bytes")
      }
      bytes += piece[..<Int(count)]
    }
    var code: CInt = 0
    _ = unsafe gzerror(file, &code)
    guard code == Z_OK || code == Z_STREAM_END else {
      throw DatasetError(path, reason: "the gzip data is incomplete")
    }
    return bytes
  }
}
