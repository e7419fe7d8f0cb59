import CCairo

extension Canvas {
  /// The kinds of vector files that cairo writes.
  enum Document {
    case svg, pdf

    /// Nil for pixels.
    init?(_ format: FigureFormat) {
      switch format {
      case .png: return nil
      case .svg: self = .svg
      case .pdf: self = .pdf
      }
    }

    /// A surface that writes into a buffer, which must outlive it.
    func surface(_ bytes: Bytes, width: Double, height: Double) -> OpaquePointer? {
      let write: cairo_write_func_t = { target, data, count in
        guard let target = unsafe target, let data = unsafe data else {
          return CAIRO_STATUS_WRITE_ERROR
        }
        unsafe Unmanaged<Bytes>.fromOpaque(target).takeUnretainedValue().content
          .append(contentsOf: UnsafeBufferPointer(start: data, count: Int(count)))
        return CAIRO_STATUS_SUCCESS
      }
      let target = unsafe Unmanaged.passUnretained(bytes).toOpaque()
      switch self {
      case .svg:
        return unsafe cairo_svg_surface_create_for_stream(write, target, width, height)
      case .pdf:
        let surface = unsafe cairo_pdf_surface_create_for_stream(write, target, width, height)
        // The same drawing gives the same bytes, whenever it is drawn.
        unsafe cairo_pdf_surface_set_metadata(
          surface, CAIRO_PDF_METADATA_CREATE_DATE, "2024-01-01T00:00:00Z")
        return unsafe surface
      }
    }
  }

  /// What a vector surface wrote.
  final class Bytes {
    var content: [UInt8] = []

    /// cairo numbers the surfaces of a process, and names an SVG's outermost group after it.
    func removeSurfaceNumber() {
      let name = Array(#" id="surface"#.utf8)
      guard content.starts(with: Array("<?xml".utf8)), let start = content.firstRange(of: name),
        let end = content[start.upperBound...].firstIndex(of: UInt8(ascii: "\""))
      else { return }
      content.removeSubrange(start.lowerBound...end)
    }
  }

  /// The file that was drawn.
  ///
  /// - Precondition: the canvas was made for a document.
  consuming func finishDocument() -> [UInt8] {
    let surface = unsafe cairo_get_target(context)
    unsafe cairo_surface_finish(surface)
    guard unsafe cairo_surface_status(surface) == CAIRO_STATUS_SUCCESS, let bytes else {
      preconditionFailure("cairo wrote no document")
    }
    bytes.removeSurfaceNumber()
    return bytes.content
  }
}
