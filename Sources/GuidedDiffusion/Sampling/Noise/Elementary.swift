/// Elementary functions whose bits are the same on every machine.
///
/// They use additions, multiplications, divisions and square roots of `Double` in a fixed order,
/// never the C library, so that a seed gives the same noise everywhere. Fused multiply-adds are
/// not used either: Swift does not contract a product and a sum on its own.
enum Elementary {
  /// High part of ln 2: 32 significant bits, so that a product with an exponent is exact.
  static let ln2High = 0x1.62e4_2feep-1

  /// ln 2 less ``ln2High``.
  static let ln2Low = 0x1.a39e_f357_93c7_6p-33

  /// Natural logarithm of a positive, normal, finite number; error below 0.53 ulp.
  ///
  /// x = m 2^k with m in [sqrt(1/2), sqrt(2)), ln m = 2 atanh(s), s = (m - 1) / (m + 1); s is
  /// kept in two parts so that little but the last rounding is lost.
  static func log(_ x: Double) -> Double {
    precondition(x >= .leastNormalMagnitude && x.isFinite, "log of \(x)")
    var exponent = Double(x.exponent)
    var m = x.significand
    if m > 1.414_213_562_373_095 {
      m *= 0.5
      exponent += 1
    }
    let f = m - 1
    let sum = 2 + f
    let s = f / sum
    let (product, productError) = exactProduct(s, sum)
    let sumError = f - (sum - 2)
    let sLow = ((f - product) - productError - s * sumError) / sum
    let z = s * s
    let tail = 2 * s * z * polynomial(z, atanhCoefficients)
    let high = exponent * ln2High + 2 * s
    let highError = exponent == 0 ? 0 : 2 * s - (high - exponent * ln2High)
    return high + (highError + (exponent * ln2Low + (2 * sLow + tail)))
  }

  /// e to the power of x, for x up to 700; error about 1 ulp, and 0 below -700.
  static func exp(_ x: Double) -> Double {
    precondition(x <= 700, "exp of \(x)")
    // Near the smallest normal number; a long training's beta^t passes it.
    if x < -700 { return 0 }
    let k = (x / (ln2High + ln2Low)).rounded()
    let r = (x - k * ln2High) - k * ln2Low
    return Double(sign: .plus, exponent: Int(k), significand: 1)
      * (1 + r * polynomial(r, exponentialCoefficients))
  }

  /// x to the power of y, for positive x.
  static func power(_ x: Double, _ y: Double) -> Double {
    y == 1 ? x : exp(y * log(x))
  }

  /// Sine and cosine of an angle in radians, for |x| up to 1000.
  static func sineAndCosine(_ x: Double) -> (sine: Double, cosine: Double) {
    precondition(x.magnitude <= 1000, "sine of \(x)")
    let quarter = (x * (2 / Double.pi)).rounded()
    let r = ((x - quarter * halfPi.0) - quarter * halfPi.1) - quarter * halfPi.2
    return rotate(sineAndCosineNearZero(r), quarters: Int(quarter))
  }

  /// Sine and cosine of pi x, for |x| up to 1000.
  static func sineAndCosineOfPi(times x: Double) -> (sine: Double, cosine: Double) {
    precondition(x.magnitude <= 1000, "sine of \(x) pi")
    let quarter = (2 * x).rounded()
    return rotate(sineAndCosineNearZero((x - quarter / 2) * .pi), quarters: Int(quarter))
  }

  /// Both functions on |r| <= pi/4.
  private static func sineAndCosineNearZero(_ r: Double) -> (sine: Double, cosine: Double) {
    let z = r * r
    return (
      r + r * z * polynomial(z, sineCoefficients),
      1 + (z * polynomial(z, cosineCoefficients))
    )
  }

  /// Adds right angles.
  private static func rotate(
    _ point: (sine: Double, cosine: Double), quarters: Int
  ) -> (sine: Double, cosine: Double) {
    switch quarters & 3 {
    case 0: point
    case 1: (point.cosine, -point.sine)
    case 2: (-point.sine, -point.cosine)
    default: (-point.cosine, point.sine)
    }
  }

  /// a b as the rounded product and its error (Dekker).
  private static func exactProduct(_ a: Double, _ b: Double) -> (product: Double, error: Double) {
    let (aHigh, bHigh) = (upperHalf(a), upperHalf(b))
    let (aLow, bLow) = (a - aHigh, b - bHigh)
    let product = a * b
    let error = ((aHigh * bHigh - product) + aHigh * bLow + aLow * bHigh) + aLow * bLow
    return (product, error)
  }

  /// The upper 26 bits of the significand.
  private static func upperHalf(_ a: Double) -> Double {
    Double(bitPattern: a.bitPattern & 0xffff_ffff_f800_0000)
  }

  /// c[0] + c[1] z + c[2] z^2 + ... by Horner's rule.
  @inline(__always)
  private static func polynomial<let count: Int>(
    _ z: Double, _ coefficients: InlineArray<count, Double>
  ) -> Double {
    var sum = coefficients[count - 1]
    var index = count - 2
    while index >= 0 {
      sum = sum * z + coefficients[index]
      index -= 1
    }
    return sum
  }

  /// pi/2 in three parts, the first two of 33 bits: products with small integers are exact.
  private static let halfPi = (
    0x1.921f_b544p0, 0x1.0b46_11a6p-34, 0x1.3198_a2e0_3707_3p-69
  )

  /// 1/3, 1/5, ...: the series of atanh(s)/s - 1, divided by s^2.
  private static let atanhCoefficients: InlineArray<11, Double> = [
    1 / 3.0, 1 / 5.0, 1 / 7.0, 1 / 9.0, 1 / 11.0, 1 / 13.0, 1 / 15.0, 1 / 17.0, 1 / 19.0,
    1 / 21.0, 1 / 23.0,
  ]

  /// 1/1!, 1/2!, ...: the series of (e^r - 1)/r.
  private static let exponentialCoefficients: InlineArray<14, Double> = [
    1, 1 / 2.0, 1 / 6.0, 1 / 24.0, 1 / 120.0, 1 / 720.0, 1 / 5040.0, 1 / 40320.0,
    1 / 362_880.0, 1 / 3_628_800.0, 1 / 39_916_800.0, 1 / 479_001_600.0, 1 / 6_227_020_800.0,
    1 / 87_178_291_200.0,
  ]

  /// -1/3!, 1/5!, ...: the series of (sin r - r)/r^3.
  private static let sineCoefficients: InlineArray<8, Double> = [
    -1 / 6.0, 1 / 120.0, -1 / 5040.0, 1 / 362_880.0, -1 / 39_916_800.0, 1 / 6_227_020_800.0,
    -1 / 1_307_674_368_000.0, 1 / 355_687_428_096_000.0,
  ]

  /// -1/2!, 1/4!, ...: the series of (cos r - 1)/r^2.
  private static let cosineCoefficients: InlineArray<9, Double> = [
    -1 / 2.0, 1 / 24.0, -1 / 720.0, 1 / 40320.0, -1 / 3_628_800.0, 1 / 479_001_600.0,
    -1 / 87_178_291_200.0, 1 / 20_922_789_888_000.0, -1 / 6_402_373_705_728_000.0,
  ]
}
