/// Random weights for benchmarks: as large and as loud as trained ones, with no file.
///
/// Elements have mean 0 and variance 1 and depend on nothing but seed, name and place, so that
/// parameters can be asked for in any order and at the same time. The distribution is that of the
/// sum of four uniform numbers, close to normal: networks of 1.5 billion weights are ready in
/// seconds. Frequencies are multiplied by 2π, as in files.
public struct RandomParameters: ParameterSource {
  /// Which weights.
  public let seed: UInt64

  /// The weights of a seed.
  public init(seed: UInt64) {
    self.seed = seed
  }

  /// The elements of a parameter.
  ///
  /// - Parameters:
  ///   - name: any name.
  ///   - shape: any shape.
  ///   - type: `Float` or `Double`.
  /// - Returns: as many numbers as `shape` has elements.
  public func elements<Element: BinaryFloatingPoint>(
    of name: String, shape: Shape, as type: Element.Type
  ) -> [Element] {
    let isAngle = name.hasSuffix(".freqs") || name.hasSuffix(".phases")
    return Self.elements(
      count: shape.count, key: key(of: name), scale: isAngle ? 2 * Float.pi : 1)
  }

  /// A start in the sequence of all states, by FNV-1a of the name.
  private func key(of name: String) -> UInt64 {
    name.utf8.reduce(0xcbf2_9ce4_8422_2325 ^ Self.mixed(seed)) {
      ($0 ^ UInt64($1)) &* 0x100_0000_01b3
    }
  }

  @_specialize(where Element == Float)
  @_specialize(where Element == Double)
  private static func elements<Element: BinaryFloatingPoint>(
    count: Int, key: UInt64, scale: Float
  ) -> [Element] {
    // The sum of four 16-bit numbers has mean 2 * 65535 and variance 65536² / 3.
    let factor = scale * Float(3).squareRoot() / 65536
    return unsafe [Element](unsafeUninitializedCapacity: count) { elements, filled in
      for index in 0..<count {
        let bits = mixed(key &+ UInt64(index) &* 0x9e37_79b9_7f4a_7c15)
        let pairs = (bits & 0x0000_ffff_0000_ffff) + (bits >> 16 & 0x0000_ffff_0000_ffff)
        let sum = Int32(truncatingIfNeeded: (pairs & 0xffff_ffff) + (pairs >> 32)) - 2 * 65535
        unsafe elements.initializeElement(at: index, to: Element(Float(sum) * factor))
      }
      filled = count
    }
  }

  /// The output function of SplitMix64 (Steele, Lea and Flood 2014).
  private static func mixed(_ state: UInt64) -> UInt64 {
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
    return mixed ^ (mixed >> 31)
  }
}
