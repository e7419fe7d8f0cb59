import Testing

@testable import Figures

@Suite struct AnimatedPNGTests {
  /// Each frame differs from the one before in a rectangle; the last not at all.
  private func frames(channels: Int) -> [Picture] {
    let base = noise(width: 20, height: 12, channels: channels, seed: 1)
    func changed(_ picture: Picture, _ columns: Range<Int>, _ rows: Range<Int>) -> Picture {
      var pixels = picture.pixels
      for y in rows {
        for x in columns {
          for channel in 0..<channels { pixels[(y * 20 + x) * channels + channel] ^= 255 }
        }
      }
      return Picture(width: 20, height: 12, channels: channels, pixels: pixels)
    }
    let second = changed(base, 3..<9, 2..<11)
    let third = changed(second, 0..<20, 0..<1)
    return [base, second, third, third]
  }

  private func number(_ bytes: some Sequence<UInt8>) -> Int {
    bytes.reduce(0) { $0 << 8 | Int($1) }
  }

  @Test(arguments: [1, 3])
  func everyFrameCanBeRebuilt(channels: Int) throws {
    let frames = frames(channels: channels)
    var animation = AnimatedPNG()
    (animation.isExact, animation.texts) = (true, ["Software": "autoguide"])
    for (index, frame) in frames.enumerated() {
      animation.append(frame, milliseconds: 40 + index)
    }
    let file = try animation.encode()
    #expect(try animation.count == 4 && file == animation.encode())

    let chunks = PNGChunk.chunks(of: file)
    let control = try #require(chunks.first { $0.type == "acTL" })
    #expect(control.data == [0, 0, 0, 4, 0, 0, 0, 0])
    let types = chunks.map(\.type)
    #expect(types.count { $0 == "fcTL" } == 4)
    let order = ["IHDR", "iTXt", "acTL", "fcTL", "IDAT", "fcTL", "fdAT", "IEND"]
      .compactMap(types.firstIndex(of:))
    #expect(order.count == 8 && order[0] == 0 && types.last == "IEND")
    #expect(order[0...4].elementsEqual(order[0...4].sorted()))

    // A viewer that knows nothing of animations shows the first frame.
    let still = try PNG.decode(file)
    #expect(still.picture == frames[0] && still.texts == ["Software": "autoguide"])

    var (sequence, shown, area) = (0, -1, Rectangle(x: 0, y: 0, width: 0, height: 0))
    var screen = frames[0]
    for chunk in chunks {
      switch chunk.type {
      case "fcTL":
        #expect(number(chunk.data[0..<4]) == sequence)
        area = Rectangle(
          x: number(chunk.data[12..<16]), y: number(chunk.data[16..<20]),
          width: number(chunk.data[4..<8]), height: number(chunk.data[8..<12]))
        (sequence, shown) = (sequence + 1, shown + 1)
        #expect(number(chunk.data[20..<22]) == 40 + shown && number(chunk.data[22..<24]) == 1000)
      case "fdAT":
        #expect(number(chunk.data[0..<4]) == sequence)
        sequence += 1
        screen.replace(area, by: try decoded(chunk.data.dropFirst(4), area, channels))
        #expect(screen == frames[shown], "frame \(shown)")
      default: continue
      }
    }
    #expect(shown == 3)
  }

  @Test func onlyWhatChangedIsStored() throws {
    var animation = AnimatedPNG()
    for frame in frames(channels: 1) { animation.append(frame, milliseconds: 1) }
    let areas = PNGChunk.chunks(of: try animation.encode()).filter { $0.type == "fcTL" }.map {
      chunk in
      (0..<4).map { number(chunk.data[4 + 4 * $0..<8 + 4 * $0]) }
    }
    #expect(areas == [[20, 12, 0, 0], [6, 9, 3, 2], [20, 1, 0, 0], [1, 1, 0, 0]])
  }

  @Test func fewColoursAreKeptExactly() throws {
    let picture = noise(width: 16, height: 16, channels: 3, seed: 7)
    var animation = AnimatedPNG()
    animation.append(picture, milliseconds: 1)
    #expect(try PNG.decode(animation.encode()).picture == picture)
  }

  @Test func ofManyColoursTheFrequentAreKept() throws {
    // A dark half, and a shade of its own for every pixel of the other half.
    var pixels = [UInt8](repeating: 9, count: 32 * 64 * 3)
    for index in 0..<32 * 64 {
      pixels += [UInt8(128 + index / 32), UInt8(128 + index % 32), 200]
    }
    let picture = Picture(width: 64, height: 64, channels: 3, pixels: pixels)
    var animation = AnimatedPNG()
    animation.append(picture, milliseconds: 1)
    let read = try PNG.decode(animation.encode()).picture
    #expect(read.pixels.prefix(32 * 64 * 3) == picture.pixels.prefix(32 * 64 * 3))
    #expect(zip(read.pixels, picture.pixels).allSatisfy { abs(Int($0) - Int($1)) <= 10 })
    #expect(try read != picture && animation.encode() == animation.encode())
  }

  @Test func checksumsAreThoseOfTheStandard() {
    #expect(PNGChunk.checksum(Array("123456789".utf8)) == 0xcbf4_3926)
    var file = PNGChunk.signature
    PNGChunk("IEND", []).append(to: &file)
    #expect(file.suffix(12).elementsEqual([0, 0, 0, 0, 73, 69, 78, 68, 0xae, 0x42, 0x60, 0x82]))
  }

  /// The pixels of a frame's data, read as a PNG file of its own.
  private func decoded(
    _ data: ArraySlice<UInt8>, _ area: Rectangle, _ channels: Int
  ) throws -> Picture {
    var file = PNGChunk.signature
    let size = [area.width, area.height].flatMap { PNGChunk.bytes($0, 4) }
    PNGChunk("IHDR", size + [8, channels == 1 ? 0 : 2, 0, 0, 0]).append(to: &file)
    PNGChunk("IDAT", Array(data)).append(to: &file)
    PNGChunk("IEND", []).append(to: &file)
    return try PNG.decode(file).picture
  }
}

extension Picture {
  fileprivate mutating func replace(_ area: Rectangle, by other: Picture) {
    var pixels = self.pixels
    for y in 0..<area.height {
      for x in 0..<area.width {
        let target = ((area.y + y) * width + area.x + x) * channels
        pixels.replaceSubrange(target..<target + channels, with: other[x, y])
      }
    }
    self = Picture(width: width, height: height, channels: channels, pixels: pixels)
  }
}
