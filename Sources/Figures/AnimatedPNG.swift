/// An animated PNG file: a PNG file whose first picture every viewer shows, and the frames that
/// follow it in `fdAT` chunks.
///
/// Of each frame only the rectangle that changed is stored.
public struct AnimatedPNG: Sendable {
  /// Plays; 0 for ever.
  public var plays = 0

  private let texts: [String: String]
  private var frames: [Frame] = []
  private var previous: Picture?

  /// Chunks of the first frame's file before its pixels.
  private var head: [PNGChunk] = []

  /// One frame, compressed.
  private struct Frame: Sendable {
    var area: Rectangle
    var milliseconds: Int
    var data: [[UInt8]]
  }

  /// An animation without frames.
  ///
  /// - Parameter texts: by key, 1 to 79 characters of ASCII.
  public init(texts: [String: String] = [:]) { self.texts = texts }

  /// Frames so far.
  public var count: Int { frames.count }

  /// Adds a frame.
  ///
  /// - Parameters:
  ///   - picture: of the size of all frames.
  ///   - milliseconds: how long it is shown, up to 65535.
  /// - Throws: what libpng reports.
  public mutating func append(_ picture: Picture, milliseconds: Int) throws(PNGError) {
    let whole = Rectangle(x: 0, y: 0, width: picture.width, height: picture.height)
    var area = whole
    if let previous {
      precondition(
        (picture.width, picture.height, picture.channels)
          == (previous.width, previous.height, previous.channels),
        "a frame of \(picture.width) x \(picture.height) after \(previous.width) x "
          + "\(previous.height)")
      area = picture.changed(from: previous)
    }
    let file = try PNG.encode(picture.cut(area), texts: frames.isEmpty ? texts : [:])
    let chunks = PNGChunk.chunks(of: file)
    if frames.isEmpty { head = chunks.filter { !["IDAT", "IEND"].contains($0.type) } }
    frames.append(
      Frame(
        area: area, milliseconds: min(max(milliseconds, 0), 65535),
        data: chunks.filter { $0.type == "IDAT" }.map(\.data)))
    previous = picture
  }

  /// The bytes of the file; the same for the same frames.
  ///
  /// - Precondition: there is a frame.
  public func encode() -> [UInt8] {
    precondition(!frames.isEmpty, "an animation without frames")
    var file = PNGChunk.signature
    for chunk in head { chunk.append(to: &file) }
    PNGChunk("acTL", [frames.count, plays].flatMap { PNGChunk.bytes($0, 4) }).append(to: &file)
    var sequence = 0
    func number() -> [UInt8] {
      defer { sequence += 1 }
      return PNGChunk.bytes(sequence, 4)
    }
    for (index, frame) in frames.enumerated() {
      let area = frame.area
      // Delay in 1/1000 s; the frame stays, and its pixels replace what was there.
      let control =
        [area.width, area.height, area.x, area.y].flatMap { PNGChunk.bytes($0, 4) }
        + PNGChunk.bytes(frame.milliseconds, 2) + PNGChunk.bytes(1000, 2) + [0, 0]
      PNGChunk("fcTL", number() + control).append(to: &file)
      for data in frame.data {
        let chunk = index == 0 ? PNGChunk("IDAT", data) : PNGChunk("fdAT", number() + data)
        chunk.append(to: &file)
      }
    }
    PNGChunk("IEND", []).append(to: &file)
    return file
  }
}

extension Picture {
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
