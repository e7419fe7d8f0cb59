import GuidedDiffusion

/// An animated PNG file: a PNG file whose first picture every viewer shows, and the frames that
/// follow it in `fdAT` chunks.
///
/// Of each frame only the rectangle that changed is stored.
public struct AnimatedPNG: Sendable {
  /// Plays; 0 for ever.
  public var plays = 0

  /// Keeps every colour. Otherwise a file has 256 colours, and of more the rarer ones become the
  /// nearest of these, which makes figures a third as large.
  public var isExact = false

  /// Under keys of 1 to 79 characters of ASCII.
  public var texts: [String: String] = [:]

  private var frames: [Frame] = []

  private struct Frame: Sendable {
    var picture: Picture
    var milliseconds: Int
  }

  /// An animation without frames.
  public init() {}

  /// Frames so far.
  public var count: Int { frames.count }

  /// Adds a frame.
  ///
  /// - Parameters:
  ///   - picture: of the size of all frames.
  ///   - milliseconds: how long it is shown, up to 65535.
  /// - Precondition: all frames are of one size.
  public mutating func append(_ picture: Picture, milliseconds: Int) {
    if let first = frames.first?.picture {
      precondition(
        (picture.width, picture.height, picture.channels)
          == (first.width, first.height, first.channels),
        "a frame of \(picture.width) x \(picture.height) after \(first.width) x \(first.height)")
    }
    frames.append(Frame(picture: picture, milliseconds: min(max(milliseconds, 0), 65535)))
  }

  /// The bytes of the file; the same for the same frames.
  ///
  /// - Throws: what libpng reports, for example a key that is too long.
  /// - Precondition: there is a frame.
  public func encode() throws(PNGError) -> [UInt8] {
    precondition(!frames.isEmpty, "an animation without frames")
    var palette = isExact ? nil : Palette(frames.map(\.picture))
    var file = PNGChunk.signature
    var sequence = 0
    func number() -> [UInt8] {
      defer { sequence += 1 }
      return PNGChunk.bytes(sequence, 4)
    }
    for (index, frame) in frames.enumerated() {
      let whole = frame.picture.area
      let area = index == 0 ? whole : frame.picture.changed(from: frames[index - 1].picture)
      let cut = frame.picture.cut(area)
      let still = try PNG.encode(
        palette?.indices(of: cut) ?? cut, palette: palette?.bytes,
        texts: index == 0 ? texts : [:])
      let chunks = PNGChunk.chunks(of: still)
      if index == 0 {
        for chunk in chunks where !["IDAT", "IEND"].contains(chunk.type) {
          chunk.append(to: &file)
        }
        PNGChunk("acTL", [count, plays].flatMap { PNGChunk.bytes($0, 4) }).append(to: &file)
      }
      // Delay in 1/1000 s; the frame stays, and its pixels replace what was there.
      let control =
        [area.width, area.height, area.x, area.y].flatMap { PNGChunk.bytes($0, 4) }
        + PNGChunk.bytes(frame.milliseconds, 2) + PNGChunk.bytes(1000, 2) + [0, 0]
      PNGChunk("fcTL", number() + control).append(to: &file)
      for chunk in chunks where chunk.type == "IDAT" {
        let stored = index == 0 ? chunk : PNGChunk("fdAT", number() + chunk.data)
        stored.append(to: &file)
      }
    }
    PNGChunk("IEND", []).append(to: &file)
    return file
  }

  /// Writes the file, whole or not at all.
  ///
  /// - Parameter path: of the file; its folder must exist.
  /// - Throws: ``PNGError``, or why it cannot be written.
  public func write(to path: String) throws {
    try AtomicFile.write(encode(), to: path)
  }
}

extension Picture {
  fileprivate var area: Rectangle { Rectangle(x: 0, y: 0, width: width, height: height) }

  /// The smallest rectangle outside of which two pictures of one size are the same; a pixel if they
  /// are the same everywhere.
  fileprivate func changed(from other: Picture) -> Rectangle {
    let stride = width * channels
    var (left, right, top, bottom) = (stride, -1, height, -1)
    for y in 0..<height {
      let range = y * stride..<(y + 1) * stride
      guard let first = range.first(where: { pixels[$0] != other.pixels[$0] }),
        let last = range.last(where: { pixels[$0] != other.pixels[$0] })
      else { continue }
      (left, right) = (min(left, first - range.lowerBound), max(right, last - range.lowerBound))
      (top, bottom) = (min(top, y), y)
    }
    guard right >= 0 else { return Rectangle(x: 0, y: 0, width: 1, height: 1) }
    let x = left / channels
    return Rectangle(x: x, y: top, width: right / channels - x + 1, height: bottom - top + 1)
  }

  fileprivate func cut(_ area: Rectangle) -> Picture {
    let rows = (area.y..<area.y + area.height).flatMap { y in
      let start = (y * width + area.x) * channels
      return pixels[start..<start + area.width * channels]
    }
    return Picture(width: area.width, height: area.height, channels: channels, pixels: rows)
  }
}
