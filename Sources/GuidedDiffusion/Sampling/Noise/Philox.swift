/// The counter-based generator Philox4x32-10 (Salmon et al., "Parallel Random Numbers: As Easy as
/// 1, 2, 3", 2011): four 32-bit words as a function of a counter and a key.
enum Philox {
  /// Ten rounds of the Philox bijection.
  ///
  /// - Parameters:
  ///   - counter: 128 bits, least significant word first.
  ///   - key: 64 bits, least significant word first.
  /// - Returns: four words.
  static func words(
    counter: SIMD4<UInt32>, key: SIMD2<UInt32>
  ) -> SIMD4<UInt32> {
    // In scalars: lanes that are extracted and put together cost more than the multiplications.
    var (a, b, c, d) = (counter[0], counter[1], counter[2], counter[3])
    var (low, high) = (key[0], key[1])
    for _ in 0..<10 {
      let first = UInt64(a) &* 0xd251_1f53
      let second = UInt64(c) &* 0xcd9e_8d57
      a = UInt32(truncatingIfNeeded: second >> 32) ^ b ^ low
      b = UInt32(truncatingIfNeeded: second)
      c = UInt32(truncatingIfNeeded: first >> 32) ^ d ^ high
      d = UInt32(truncatingIfNeeded: first)
      low &+= 0x9e37_79b9
      high &+= 0xbb67_ae85
    }
    return SIMD4(a, b, c, d)
  }
}
