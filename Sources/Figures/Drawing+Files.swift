import GuidedDiffusion

extension Drawing {
  /// The drawing in pixels.
  ///
  /// - Parameter scale: pixels per unit; 2 looks sharp on today's screens.
  /// - Returns: an RGB picture of `scale` times the size.
  /// - Throws: ``FigureError`` if the picture would be larger than cairo can draw.
  public func picture(scale: Int = 2) throws(FigureError) -> Picture {
    try checkSize(scale: scale)
    let canvas = Canvas(width: width * scale, height: height * scale, background: .paper)
    canvas.scale(by: Double(scale))
    canvas.draw(shapes)
    return canvas.finish()
  }

  /// The bytes of a file.
  ///
  /// - Parameters:
  ///   - format: of the file.
  ///   - scale: pixels per unit of a PNG file.
  ///   - texts: of a PNG file, by key.
  /// - Returns: the same bytes for the same drawing.
  /// - Throws: ``FigureError`` if it is too large, or ``PNGError``.
  public func encode(
    as format: FigureFormat, scale: Int = 2, texts: [String: String] = [:]
  ) throws -> [UInt8] {
    guard let document = Canvas.Document(format) else {
      return try PNG.encode(picture(scale: scale), texts: texts)
    }
    try checkSize(scale: 1)
    let canvas = Canvas(document, width: width, height: height, background: .paper)
    canvas.draw(shapes)
    return canvas.finishDocument()
  }

  /// Writes a PNG, SVG or PDF file, whole or not at all.
  ///
  /// - Parameters:
  ///   - path: of the file; its ending is the format.
  ///   - scale: pixels per unit of a PNG file.
  ///   - texts: of a PNG file, by key.
  /// - Throws: ``FigureError`` for another ending or too large a drawing, ``PNGError``, or why the
  ///   file cannot be written.
  public func write(to path: String, scale: Int = 2, texts: [String: String] = [:]) throws {
    let format = try FigureFormat(path: path)
    try AtomicFile.write(encode(as: format, scale: scale, texts: texts), to: path)
  }

  private func checkSize(scale: Int) throws(FigureError) {
    guard max(width, height) * scale <= SheetLayout.largestEdge else {
      throw FigureError(
        reason: "a figure of \(width * scale) x \(height * scale) pixels is too large to draw")
    }
  }
}
