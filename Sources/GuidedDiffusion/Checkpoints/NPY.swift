/// NumPy's array files, as far as results are written in them.
public enum NPY {
  /// A file of version 1.0 with little-endian fp32 elements in C order.
  ///
  /// - Parameters:
  ///   - elements: row-major.
  ///   - shape: whose product is the number of elements.
  /// - Returns: the bytes of the file; elements start at a multiple of 64.
  public static func encode(_ elements: [Float], shape: [Int]) -> [UInt8] {
    precondition(
      elements.count == shape.reduce(1, *), "\(elements.count) elements of shape \(shape)")
    // A Python tuple: one element needs a comma after it.
    let axes = shape.map(String.init).joined(separator: ", ") + (shape.count == 1 ? "," : "")
    let header = "{'descr': '<f4', 'fortran_order': False, 'shape': (\(axes)), }"
    let padding = 63 - (10 + header.utf8.count) % 64
    let length = header.utf8.count + padding + 1
    var file: [UInt8] = [0x93] + Array("NUMPY".utf8) + [1, 0]
    file += [UInt8(length & 255), UInt8(length >> 8)]
    file += Array(header.utf8) + [UInt8](repeating: 0x20, count: padding) + [0x0a]
    file.reserveCapacity(file.count + 4 * elements.count)
    for element in elements {
      let bits = element.bitPattern
      file += (0..<4).map { UInt8(truncatingIfNeeded: bits >> (8 * $0)) }
    }
    return file
  }
}
