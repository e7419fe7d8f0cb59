/// At most 256 colours for all frames of an animation.
struct Palette {
  /// 0xRRGGBB, the most frequent first.
  private(set) var colours: [UInt32] = []

  /// Numbers that were looked up.
  private var numbers: [UInt32: UInt8] = [:]

  /// Frequent colours that are not close to each other, then the most frequent of the rest.
  ///
  /// Nil for grey pictures, which need none.
  init?(_ pictures: [Picture]) {
    guard pictures.first?.channels == 3 else { return nil }
    var counts: [UInt32: Int] = [:]
    for picture in pictures {
      var (last, run) = (UInt32.max, 0)
      for colour in picture.colours {
        if colour == last {
          run += 1
        } else {
          if run > 0 { counts[last, default: 0] += run }
          (last, run) = (colour, 1)
        }
      }
      counts[last, default: 0] += run
    }
    let frequent = counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map(\.key)
    for colour in frequent where colours.count < 256 {
      if frequent.count <= 256 || colours.allSatisfy({ Self.distance($0, colour) >= 100 }) {
        colours.append(colour)
      }
    }
    let chosen = Set(colours)
    colours += frequent.lazy.filter { !chosen.contains($0) }.prefix(256 - colours.count)
  }

  /// Red, green and blue of each colour.
  var bytes: [UInt8] {
    colours.flatMap { [UInt8($0 >> 16), UInt8($0 >> 8 & 255), UInt8($0 & 255)] }
  }

  /// The number of each pixel's nearest colour, as a grey picture.
  mutating func indices(of picture: Picture) -> Picture {
    let pixels = picture.colours.map { number(of: $0) }
    return Picture(width: picture.width, height: picture.height, channels: 1, pixels: pixels)
  }

  private mutating func number(of colour: UInt32) -> UInt8 {
    if let known = numbers[colour] { return known }
    var best = (index: 0, distance: Int.max)
    for (index, other) in colours.enumerated() {
      let distance = Self.distance(colour, other)
      if distance < best.distance { best = (index, distance) }
    }
    numbers[colour] = UInt8(best.index)
    return UInt8(best.index)
  }

  /// Squared, in RGB.
  private static func distance(_ a: UInt32, _ b: UInt32) -> Int {
    [16, 8, 0].reduce(0) { sum, shift in
      let d = Int(a >> shift & 255) - Int(b >> shift & 255)
      return sum + d * d
    }
  }
}

extension Picture {
  /// 0xRRGGBB of each pixel of an RGB picture.
  fileprivate var colours: [UInt32] {
    stride(from: 0, to: pixels.count, by: 3).map {
      UInt32(pixels[$0]) << 16 | UInt32(pixels[$0 + 1]) << 8 | UInt32(pixels[$0 + 2])
    }
  }
}
