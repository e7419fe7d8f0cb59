import CCairo

/// Owns one cairo drawing context on an opaque RGB surface, or on a document.
@safe struct Canvas: ~Copyable {
  let context: OpaquePointer
  let width: Int
  let height: Int

  /// What a document consists of so far; nil for pixels.
  let bytes: Bytes?

  var isDocument: Bool { bytes != nil }

  /// A canvas filled with one colour.
  init(width: Int, height: Int, background: Colour) {
    let surface = unsafe cairo_image_surface_create(
      CAIRO_FORMAT_RGB24, Int32(width), Int32(height))
    guard unsafe cairo_surface_status(surface) == CAIRO_STATUS_SUCCESS,
      let context = unsafe cairo_create(surface)
    else { preconditionFailure("no surface of \(width) x \(height) pixels") }
    unsafe cairo_surface_destroy(surface)  // the context holds it now
    unsafe self.context = context
    self.width = width
    self.height = height
    bytes = nil
    fill(Rectangle(x: 0, y: 0, width: width, height: height), background)
  }

  /// A page filled with one colour, measured in points.
  init(_ document: Document, width: Int, height: Int, background: Colour) {
    let bytes = Bytes()
    let surface = unsafe document.surface(bytes, width: Double(width), height: Double(height))
    guard unsafe cairo_surface_status(surface) == CAIRO_STATUS_SUCCESS,
      let context = unsafe cairo_create(surface)
    else { preconditionFailure("no page of \(width) x \(height) points") }
    unsafe cairo_surface_destroy(surface)
    unsafe self.context = context
    self.width = width
    self.height = height
    self.bytes = bytes
    fill(Rectangle(x: 0, y: 0, width: width, height: height), background)
  }

  deinit { unsafe cairo_destroy(context) }

  /// Fills a rectangle.
  func fill(_ area: Rectangle, _ colour: Colour) {
    select(colour)
    unsafe cairo_rectangle(
      context, Double(area.x), Double(area.y), Double(area.width), Double(area.height))
    unsafe cairo_fill(context)
  }

  /// Writes one line of text whose baseline starts at (`x`, `y`).
  func write(_ text: String, x: Double, y: Double, font: Font, colour: Colour) {
    select(font)
    select(colour)
    unsafe cairo_move_to(context, x, y)
    unsafe cairo_show_text(context, text)
  }

  /// The width of a line of text.
  func width(of text: String, font: Font) -> Double {
    select(font)
    var extents = cairo_text_extents_t()
    unsafe cairo_text_extents(context, text, &extents)
    return extents.x_advance
  }

  /// What was drawn.
  consuming func finish() -> Picture {
    let surface = unsafe cairo_get_target(context)
    unsafe cairo_surface_flush(surface)
    let stride = unsafe Int(cairo_image_surface_get_stride(surface))
    guard let data = unsafe cairo_image_surface_get_data(surface) else {
      preconditionFailure("cairo has no pixels")
    }
    let words = UnsafeRawPointer(data)
    var pixels: [UInt8] = []
    pixels.reserveCapacity(width * height * 3)
    for y in 0..<height {
      for x in 0..<width {
        let word = unsafe words.load(fromByteOffset: y * stride + x * 4, as: UInt32.self)
        let pixel = Colour(word)  // 0x00RRGGBB
        pixels += [pixel.red, pixel.green, pixel.blue]
      }
    }
    return Picture(width: width, height: height, channels: 3, pixels: pixels)
  }

  func select(_ colour: Colour) {
    unsafe cairo_set_source_rgb(
      context, Double(colour.red) / 255, Double(colour.green) / 255, Double(colour.blue) / 255)
  }

  private func select(_ font: Font) {
    unsafe cairo_select_font_face(
      context, "DejaVu Sans", CAIRO_FONT_SLANT_NORMAL,
      font.isBold ? CAIRO_FONT_WEIGHT_BOLD : CAIRO_FONT_WEIGHT_NORMAL)
    unsafe cairo_set_font_size(context, font.size)
  }
}

/// A size in units of the canvas and a weight.
struct Font: Hashable, Sendable {
  var size: Double
  var isBold = false
}

/// An area in whole pixels.
struct Rectangle: Hashable, Sendable {
  var x: Int
  var y: Int
  var width: Int
  var height: Int
}
