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
    var (c, k) = (counter, key)
    for _ in 0..<9 {
      c = round(c, k)
      k &+= SIMD2(0x9e37_79b9, 0xbb67_ae85)
    }
    return round(c, k)
  }

  @inline(__always)
  private static func round(_ c: SIMD4<UInt32>, _ k: SIMD2<UInt32>) -> SIMD4<UInt32> {
    let first = c[0].multipliedFullWidth(by: 0xd251_1f53)
    let second = c[2].multipliedFullWidth(by: 0xcd9e_8d57)
    return SIMD4(second.high ^ c[1] ^ k[0], second.low, first.high ^ c[3] ^ k[1], first.low)
  }
}
