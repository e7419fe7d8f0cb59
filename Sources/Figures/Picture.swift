/// An 8-bit picture: rows of pixels from the top, `channels` bytes each.
public struct Picture: Hashable, Sendable {
  /// Pixels per row.
  public let width: Int

  /// Number of rows.
  public let height: Int

  /// 1 for grey, 3 for red, green, blue.
  public let channels: Int

  /// `[height, width, channels]`, row-major.
  public private(set) var pixels: [UInt8]

  /// A picture of given pixels.
  ///
  /// - Precondition: `pixels` has `width * height * channels` elements, `channels` is 1 or 3, and
  ///   the picture is not empty.
  public init(width: Int, height: Int, channels: Int, pixels: [UInt8]) {
    precondition(channels == 1 || channels == 3, "\(channels) channels")
    precondition(
      width > 0 && height > 0 && pixels.count == width * height * channels,
      "\(pixels.count) bytes for [\(height), \(width), \(channels)]")
    self.width = width
    self.height = height
    self.channels = channels
    self.pixels = pixels
  }

  /// The bytes of one pixel.
  public subscript(x: Int, y: Int) -> ArraySlice<UInt8> {
    let start = (y * width + x) * channels
    return pixels[start..<start + channels]
  }
}

extension Picture {
  /// Copies `other` into this picture, each pixel as a square of `factor` x `factor`, its top left
  /// corner at (`x`, `y`); grey becomes grey RGB.
  ///
  /// - Precondition: this picture is RGB and the enlargement lies within it.
  mutating func paste(_ other: Picture, x: Int, y: Int, factor: Int) {
    precondition(channels == 3, "pasting needs an RGB picture")
    precondition(
      x >= 0 && y >= 0 && x + other.width * factor <= width && y + other.height * factor <= height,
      "\(other.width) x \(other.height) times \(factor) at (\(x), \(y)) in \(width) x \(height)")
    for row in 0..<other.height * factor {
      for column in 0..<other.width * factor {
        let source = ((row / factor) * other.width + column / factor) * other.channels
        let target = ((y + row) * width + x + column) * 3
        for channel in 0..<3 {
          pixels[target + channel] = other.pixels[source + min(channel, other.channels - 1)]
        }
      }
    }
  }
}
