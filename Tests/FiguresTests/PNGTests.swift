import Figures
import Testing

@Suite struct PNGTests {
  @Test(arguments: [(1, 1, 1), (1, 1, 3), (7, 3, 1), (3, 9, 3), (64, 64, 3)])
  func roundTrip(width: Int, height: Int, channels: Int) throws {
    let picture = noise(width: width, height: height, channels: channels, seed: 1)
    let content = try PNG.decode(try PNG.encode(picture))
    #expect(content.picture == picture)
    #expect(content.texts.isEmpty)
  }

  @Test func textsSurvive() throws {
    let texts = [
      "Software": "autoguide", "recipe": #"{"class": "café", "w": 2.1}"#,
      "long": String(repeating: "ß", count: 100_000), "empty": "",
    ]
    let file = try PNG.encode(noise(width: 4, height: 4, channels: 1, seed: 2), texts: texts)
    #expect(try PNG.decode(file).texts == texts)
    #expect(try PNG.texts(of: file) == texts)
    #expect(try PNG.encode(PNG.decode(file).picture, texts: texts) == file)
  }

  @Test(arguments: ["", "a b", "ключ", String(repeating: "k", count: 80)])
  func badKeysAreRefused(key: String) {
    #expect(throws: PNGError.self) {
      try PNG.encode(noise(width: 1, height: 1, channels: 1, seed: 3), texts: [key: "value"])
    }
  }

  @Test func damagedFilesAreRefused() throws {
    let file = try PNG.encode(noise(width: 9, height: 5, channels: 3, seed: 4), texts: ["a": "b"])
    for count in 0..<file.count - 4 {  // the last 4 bytes are IEND's checksum
      #expect(throws: PNGError.self) { try PNG.decode(Array(file.prefix(count))) }
    }
    #expect(throws: PNGError.self) { try PNG.decode(Array("not a picture".utf8)) }
  }

  @Test func mutatedFilesNeverCrash() throws {
    var random = SplitMix(state: 5)
    let file = try PNG.encode(noise(width: 9, height: 5, channels: 3, seed: 5), texts: ["a": "b"])
    for _ in 0..<2000 {
      var mutated = file
      for _ in 0..<1 + Int(random.next() % 4) {
        mutated[Int(random.next() % UInt64(file.count))] = UInt8(random.next() & 255)
      }
      _ = try? PNG.decode(mutated)
      _ = try? PNG.texts(of: mutated)
    }
  }

  @Test func hugeClaimsAreRefused() throws {
    let file = try PNG.encode(
      Picture(width: 40000, height: 1, channels: 1, pixels: Array(repeating: 0, count: 40000)))
    #expect(throws: PNGError.self) { try PNG.decode(file) }
  }
}

/// Pixels from a seeded generator.
func noise(width: Int, height: Int, channels: Int, seed: UInt64) -> Picture {
  var random = SplitMix(state: seed)
  let pixels = (0..<width * height * channels).map { _ in UInt8(random.next() >> 56) }
  return Picture(width: width, height: height, channels: channels, pixels: pixels)
}

/// The SplitMix64 generator.
struct SplitMix: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var z = state
    z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
    return z ^ (z >> 31)
  }
}
