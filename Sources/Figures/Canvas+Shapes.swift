import CCairo

extension Canvas {
  /// Makes one unit as long as `factor` pixels.
  func scale(by factor: Double) {
    unsafe cairo_scale(context, factor, factor)
  }

  /// Draws shapes, the first lowest.
  func draw(_ shapes: [Drawing.Shape]) {
    for shape in shapes {
      switch shape {
      case .area(let polygons, let colour):
        select(colour)
        trace(polygons, isClosed: true)
        unsafe cairo_set_fill_rule(context, CAIRO_FILL_RULE_EVEN_ODD)
        unsafe cairo_fill(context)
      case .lines(let lines, let isClosed, let stroke):
        select(stroke)
        trace(lines, isClosed: isClosed)
        unsafe cairo_stroke(context)
      case .dots(let points, let radius, let colour):
        draw(dots: points, Drawing.Stroke(width: 2 * radius, colour: colour))
      case .text(let text, let point, let alignment, let font, let colour):
        let width = alignment == .start ? 0 : width(of: text, font: font)
        let x = point.x - (alignment == .middle ? width / 2 : width)
        write(text, x: x, y: point.y, font: font, colour: colour)
      case .clipped(let inner, let box):
        unsafe cairo_save(context)
        unsafe cairo_rectangle(context, box.x, box.y, box.width, box.height)
        unsafe cairo_clip(context)
        draw(inner)
        unsafe cairo_restore(context)
      }
    }
  }

  private func trace(_ lines: [[SIMD2<Double>]], isClosed: Bool) {
    unsafe cairo_new_path(context)
    for line in lines {
      guard let first = line.first else { continue }
      unsafe cairo_move_to(context, first.x, first.y)
      for point in line.dropFirst() { unsafe cairo_line_to(context, point.x, point.y) }
      if isClosed { unsafe cairo_close_path(context) }
    }
  }

  /// A dot is a line of no length with round ends.
  ///
  /// In a document many share one path, which keeps it small; in pixels each is a path of its own,
  /// for long paths cost the square of their length.
  private func draw(dots points: [SIMD2<Double>], _ stroke: Drawing.Stroke) {
    select(stroke)
    let count = isDocument ? 4096 : 1
    for start in stride(from: 0, to: points.count, by: count) {
      trace(
        points[start..<min(start + count, points.count)].map { [$0, $0] }, isClosed: false)
      unsafe cairo_stroke(context)
    }
  }

  private func select(_ stroke: Drawing.Stroke) {
    select(stroke.colour)
    unsafe cairo_set_line_width(context, stroke.width)
    unsafe cairo_set_line_cap(context, CAIRO_LINE_CAP_ROUND)
    unsafe cairo_set_line_join(context, CAIRO_LINE_JOIN_ROUND)
    unsafe cairo_set_dash(context, [stroke.dash], stroke.dash > 0 ? 1 : 0, 0)
  }
}
