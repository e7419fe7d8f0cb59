import Foundation
import PNGBridge

/// PNG files with 8-bit pixels and UTF-8 texts (iTXt chunks) under short keys.
public enum PNG {
  /// Largest width, and largest height, that is read.
  public static let largestEdge = 32768

  /// A file's content.
  public struct Content: Hashable, Sendable {
    /// The pixels.
    public var picture: Picture

    /// Texts by key, 1 to 79 characters of ASCII.
    public var texts: [String: String]
  }

  /// The bytes of a PNG file.
  ///
  /// The same picture and texts give the same bytes.
  ///
  /// - Parameters:
  ///   - picture: grey or RGB.
  ///   - texts: by key, 1 to 79 characters of ASCII.
  /// - Returns: a whole file.
  /// - Throws: what libpng reports, for example a key that is too long.
  public static func encode(
    _ picture: Picture, texts: [String: String] = [:]
  ) throws(PNGError) -> [UInt8] {
    try encode(picture, palette: nil, texts: texts)
  }

  /// The bytes of a PNG file whose grey values number the colours of a palette, if there is one.
  static func encode(
    _ picture: Picture, palette: [UInt8]?, texts: [String: String]
  ) throws(PNGError) -> [UInt8] {
    for (key, value) in texts where value.utf8.contains(0) || !isKey(key) {
      throw PNGError(reason: "the text '\(key)' cannot be stored")
    }
    // Keys and values in one block of C strings, addressed by offset.
    var block: [CChar] = []
    var offsets: [(key: Int, value: Int)] = []
    for (key, value) in texts.sorted(by: { $0.key < $1.key }) {
      let start = block.count
      block += key.utf8CString
      offsets.append((start, block.count))
      block += value.utf8CString
    }
    var file: UnsafeMutablePointer<UInt8>?
    var count = 0
    var message = [CChar](repeating: 0, count: 128)
    let done = unsafe block.withUnsafeBufferPointer { strings in
      let entries = unsafe offsets.compactMap { offset in
        unsafe strings.baseAddress.map {
          unsafe PNGBridgeText(key: $0 + offset.key, value: $0 + offset.value)
        }
      }
      return unsafe png_bridge_encode(
        UInt32(picture.width), UInt32(picture.height), Int32(picture.channels), picture.pixels,
        palette, Int32((palette?.count ?? 0) / 3), entries, Int32(entries.count), &file, &count,
        &message)
    }
    guard done, let bytes = unsafe file else { throw PNGError(message: message) }
    defer { unsafe free(bytes) }
    return unsafe Array(UnsafeBufferPointer(start: bytes, count: count))
  }

  /// The picture and texts of a PNG file.
  ///
  /// Palettes become RGB, 16 bits are halved, transparency is dropped.
  ///
  /// - Parameter file: the bytes of the whole file; they need not be trusted.
  /// - Returns: the content.
  /// - Throws: what is wrong with the file.
  public static func decode(_ file: [UInt8]) throws(PNGError) -> Content {
    try DecodedPNG(file, textsOnly: false).content
  }

  /// The texts of a PNG file that stand before its pixels; the pixels are not decoded.
  ///
  /// - Parameter file: the bytes of the whole file; they need not be trusted.
  /// - Returns: texts by key.
  /// - Throws: what is wrong with the file.
  public static func texts(of file: [UInt8]) throws(PNGError) -> [String: String] {
    try DecodedPNG(file, textsOnly: true).texts
  }

  private static func isKey(_ key: String) -> Bool {
    1...79 ~= key.utf8.count && key.utf8.allSatisfy { 0x21...0x7e ~= $0 }
  }
}

extension PNGError {
  init(message: [CChar]) {
    self.init(
      reason: String(
        decoding: message.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self))
  }
}

/// Owns one decoded file.
@safe private struct DecodedPNG: ~Copyable {
  let image: OpaquePointer

  init(_ file: [UInt8], textsOnly: Bool) throws(PNGError) {
    var message = [CChar](repeating: 0, count: 128)
    let decoded = unsafe png_bridge_decode(
      file, file.count, UInt32(PNG.largestEdge), textsOnly, &message)
    guard let decoded = unsafe decoded else { throw PNGError(message: message) }
    unsafe image = decoded
  }

  deinit { unsafe png_bridge_free(image) }

  var content: PNG.Content {
    let width = unsafe Int(png_bridge_width(image))
    let height = unsafe Int(png_bridge_height(image))
    let channels = unsafe Int(png_bridge_channels(image))
    let pixels = unsafe Array(
      UnsafeBufferPointer(start: png_bridge_pixels(image), count: width * height * channels))
    return PNG.Content(
      picture: Picture(width: width, height: height, channels: channels, pixels: pixels),
      texts: texts)
  }

  var texts: [String: String] {
    var texts: [String: String] = [:]
    for index in unsafe 0..<png_bridge_text_count(image) {
      let text = unsafe png_bridge_text(image, index)
      texts[unsafe String(cString: text.key)] = unsafe String(cString: text.value)
    }
    return texts
  }
}
