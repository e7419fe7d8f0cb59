/// An opaque sRGB colour.
public struct Colour: Hashable, Sendable {
  /// 0 to 255.
  public var red: UInt8

  /// 0 to 255.
  public var green: UInt8

  /// 0 to 255.
  public var blue: UInt8

  /// From `0xRRGGBB`.
  public init(_ code: UInt32) {
    red = UInt8(code >> 16 & 255)
    green = UInt8(code >> 8 & 255)
    blue = UInt8(code & 255)
  }

  /// The colour between this one (`share` 0) and another (1).
  public func mixed(with other: Colour, _ share: Double) -> Colour {
    func mix(_ a: UInt8, _ b: UInt8) -> UInt32 {
      UInt32((Double(a) + (Double(b) - Double(a)) * min(max(share, 0), 1)).rounded())
    }
    return Colour(
      mix(red, other.red) << 16 | mix(green, other.green) << 8 | mix(blue, other.blue))
  }
}

extension Colour {
  /// The ground of panels.
  public static let white = Colour(0xffffff)

  /// The ground of every figure.
  public static let paper = Colour(0xfbfaf7)

  /// Text and samples.
  public static let ink = Colour(0x1f2328)

  /// Text of less weight.
  public static let softInk = Colour(0x4b535c)

  /// Notes.
  public static let paleInk = Colour(0x77808a)

  /// Frames and grid lines.
  public static let frame = Colour(0xd9d6cf)

  /// The class that is sampled, and our own curves.
  public static let orange = Colour(0xd9722a)

  /// The second curve.
  public static let blue = Colour(0x2f6db3)

  /// The third curve.
  public static let green = Colour(0x4b8f5a)

  /// The fourth curve.
  public static let purple = Colour(0x8a5aa8)
}
