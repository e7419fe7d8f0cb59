import Testing

@testable import GuidedDiffusion

@Suite("NPY files") struct NPYTests {
  /// Compared with the file that NumPy 2 writes for the same array.
  @Test("have NumPy's bytes")
  func bytes() {
    let file = NPY.encode([1, -2, 0.5, 3, 4, 5], shape: [2, 3])
    let header = "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }"
    let text = String(decoding: file[10..<128], as: UTF8.self)
    #expect(file.count == 128 + 24)
    #expect(Array(file[..<10]) == [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0, 0x76, 0])
    #expect(text.hasPrefix(header) && text.hasSuffix(" \n"))
    #expect(Array(file[128..<136]) == [0, 0, 0x80, 0x3f, 0, 0, 0, 0xc0])
  }

  @Test("have headers of whole blocks of 64 bytes", arguments: 1...40)
  func alignment(axes: Int) {
    let file = NPY.encode([1], shape: [Int](repeating: 1, count: axes))
    let length = Int(file[8]) + 256 * Int(file[9])
    #expect((10 + length) % 64 == 0 && file[9 + length] == 0x0a && file.count == 14 + length)
  }
}
