import Testing

@testable import GuidedDiffusion

@Suite("Stored tensors") struct StoredTensorTests {
  @Test("every half converts to the number that Float16 gives")
  func halves() {
    for bits in UInt16.min...UInt16.max {
      let expected = Float(Float16(bitPattern: bits))
      let found = Float(halfBits: bits)
      if expected.isNaN {
        #expect(found.isNaN)
      } else if found.bitPattern != expected.bitPattern {
        Issue.record("\(bits): \(found) instead of \(expected)")
      }
    }
  }

  @Test(
    "elements follow the strides", arguments: [([2, 3], [1, 2]), ([2, 3], [4, 1]), ([6], [1])])
  func strides(shape: [Int], strides: [Int]) throws {
    let file = MappedFile((0..<16).flatMap { [UInt8($0), 0] }, path: "numbers")
    let tensor = try StoredTensor(
      file, storage: 2..<32, type: .i16, shape: shape, strides: strides, offset: 2)
    let expected = (0..<6).map { index in
      shape.count == 1 ? 3 + index : 3 + index / 3 * strides[0] + index % 3 * strides[1]
    }
    #expect(tensor.integers(as: Int.self) == expected)
    #expect(tensor.elements(as: Double.self) == expected.map(Double.init))
    #expect(tensor.bytes == expected.flatMap { [UInt8($0), 0] })
    #expect(tensor.isContiguous == (shape.count == 1))
  }

  @Test("scalars, empty tensors and repeated elements")
  func edges() throws {
    let file = MappedFile([0, 0, 0x80, 0x3f], path: "one")
    let scalar = try StoredTensor(file, storage: 0..<4, type: .f32, shape: [])
    #expect(scalar.elements(as: Float.self) == [1])
    let empty = try StoredTensor(file, storage: 4..<4, type: .f32, shape: [3, 0])
    #expect(empty.elements(as: Float.self) == [] && empty.bytes == [] && empty.isContiguous)
    let repeated = try StoredTensor(
      file, storage: 0..<4, type: .f32, shape: [2, 2], strides: [0, 0])
    #expect(repeated.elements(as: Double.self) == [1, 1, 1, 1])
  }

  @Test(
    "a tensor outside its storage is refused",
    arguments: [
      ([2], [1], 2), ([2, 2], [2, 1], 1), ([4], [1], 1), ([1], [1], Int.max), ([Int.max], [0], 0),
      ([Int.max, Int.max], [1, 1], 0), ([2], [Int.max], 1), ([-1], [1], 0), ([1], [-1], 0),
      ([1], [1, 1], 0), ([1 << 19], [0], 0),
    ])
  func outside(shape: [Int], strides: [Int], offset: Int) {
    let file = MappedFile([UInt8](repeating: 0, count: 16), path: "three")
    #expect(throws: CheckpointError.self) {
      try StoredTensor(
        file, storage: 4..<16, type: .f32, shape: shape, strides: strides, offset: offset)
    }
  }

  @Test("every type converts")
  func types() throws {
    let file = MappedFile([0x40, 0x40, 0, 0, 0, 0, 0, 0x40], path: "eight")
    let expected: [ElementType: Double] = [
      .f64: 2.0000000000073044, .f32: 2.304855714121459e-41, .f16: 2.125, .bf16: 3,
      .i64: 0x1p62 + 16384, .i32: 0x4040, .i16: 0x4040, .i8: 0x40,
      .u64: 0x1p62 + 16384, .u32: 0x4040, .u16: 0x4040, .u8: 0x40, .bool: 1,
    ]
    for type in ElementType.allCases {
      let tensor = try StoredTensor(file, storage: 0..<8, type: type, shape: [1])
      #expect(tensor.elements(as: Double.self)[0] == expected[type], "\(type)")
    }
  }
}
