/// Random numbers of one seed as PyTorch draws them on a CPU (MT19937 and Box-Muller).
///
/// Integers and uniforms equal PyTorch's; `Float` normals agree to 5e-7 and `Double`
/// normals to a few units in the last place, since logarithm, sine and cosine are our own.
public struct CPUGenerator: SeedGenerator {
  private var engine: MersenneTwister

  /// The second normal of a pair that a short draw of an odd count left over.
  private var spare: Double?

  /// Starts the sequence of a seed.
  ///
  /// - Parameter seed: only its lowest 32 bits count.
  public init(seed: Int) {
    engine = MersenneTwister(seed: UInt32(truncatingIfNeeded: seed))
  }

  /// As many independent standard normals; the count is above 0.
  public mutating func floatNormals(_ count: Int) -> [Float] {
    normals(count) { generator in
      Float(generator.engine.next() & 0xff_ffff) * 0x1p-24
    } boxMuller: { u, v in
      let radius = (-2 * Elementary.log(Double(1 - u))).squareRoot()
      let angle = Elementary.sineAndCosine(Double(twoPi * v))
      return (Float(radius * angle.cosine), Float(radius * angle.sine))
    }
  }

  /// As many independent standard normals; the count is above 0.
  public mutating func doubleNormals(_ count: Int) -> [Double] {
    normals(count) { generator in
      generator.fraction53()
    } boxMuller: { u, v in
      let radius = (-2 * Elementary.log(1 - u)).squareRoot()
      let angle = Elementary.sineAndCosine(2 * .pi * v)
      return (radius * angle.cosine, radius * angle.sine)
    }
  }

  /// An integer from 0 to below `bound`, which is 1 or more.
  public mutating func integer(below bound: Int) -> Int {
    precondition(bound > 0 && bound <= UInt32.max, "an integer below \(bound)")
    return Int(engine.next()) % bound
  }

  /// Two words, the upper first, cut to 53 bits and divided by 2^53.
  private mutating func fraction53() -> Double {
    let high = UInt64(engine.next())
    let low = UInt64(engine.next())
    return Double((high << 32 | low) & (1 << 53 - 1)) * 0x1p-53
  }

  /// Blocks of 16: elements j and j + 8 come from uniforms j and j + 8. If the last block is not
  /// whole, the last 16 elements are made again from fresh uniforms.
  @inline(__always)
  private mutating func normals<Scalar: SamplerScalar>(
    _ count: Int, uniform: (inout CPUGenerator) -> Scalar,
    boxMuller: (_ u: Scalar, _ v: Scalar) -> (Scalar, Scalar)
  ) -> [Scalar] {
    precondition(count > 0, "\(count) normals")
    if count < 16 { return (0..<count).map { _ in Scalar(nextShortNormal()) } }
    var result = [Scalar](repeating: 0, count: count)
    for index in result.indices { result[index] = uniform(&self) }
    for start in stride(from: 0, through: count - 16, by: 16) {
      for j in start..<start + 8 {
        (result[j], result[j + 8]) = boxMuller(result[j], result[j + 8])
      }
    }
    if count % 16 != 0 {
      for index in count - 16..<count { result[index] = uniform(&self) }
      for j in count - 16..<count - 8 {
        (result[j], result[j + 8]) = boxMuller(result[j], result[j + 8])
      }
    }
    return result
  }

  /// Draws of fewer than 16 numbers come one by one in `Double`, in pairs.
  private mutating func nextShortNormal() -> Double {
    if let normal = spare {
      spare = nil
      return normal
    }
    let (v, u) = (fraction53(), fraction53())
    let radius = (-2 * Elementary.log(1 - u)).squareRoot()
    let angle = Elementary.sineAndCosine(2 * .pi * v)
    spare = radius * angle.sine
    return radius * angle.cosine
  }
}
