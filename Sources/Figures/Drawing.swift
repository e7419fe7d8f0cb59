/// A picture made of shapes: what a figure consists of, before it becomes a file.
///
/// Lengths are in units, from the top left corner: pixels of a PNG file of scale 1, and points of a
/// PDF or SVG file.
public struct Drawing: Hashable, Sendable {
  /// Width in units.
  public let width: Int

  /// Height in units.
  public let height: Int

  /// From the lowest to the topmost.
  var shapes: [Shape] = []

  /// Something to draw.
  indirect enum Shape: Hashable, Sendable {
    /// The area within closed polygons, by the even-odd rule.
    case area(polygons: [[SIMD2<Double>]], Colour)

    /// Lines through points.
    case lines([[SIMD2<Double>]], isClosed: Bool, Stroke)

    /// Discs.
    case dots([SIMD2<Double>], radius: Double, Colour)

    /// One line of text; the baseline starts, has its middle, or ends at a point.
    case text(String, at: SIMD2<Double>, Alignment, Font, Colour)

    /// Shapes of which only what lies in a box is seen.
    case clipped([Shape], to: Box)
  }

  /// Where a text stands relative to its point.
  enum Alignment: Hashable, Sendable {
    case start, middle, end
  }

  /// How a line is drawn.
  struct Stroke: Hashable, Sendable {
    var width: Double
    var colour: Colour

    /// Length of dashes and gaps; 0 for none.
    var dash = 0.0
  }

  /// A rectangle.
  struct Box: Hashable, Sendable {
    var x: Double
    var y: Double
    var width: Double
    var height: Double

    /// Clockwise from the top left.
    var corners: [SIMD2<Double>] {
      [
        SIMD2(x, y), SIMD2(x + width, y), SIMD2(x + width, y + height), SIMD2(x, y + height),
      ]
    }

    func contains(_ point: SIMD2<Double>, margin: Double) -> Bool {
      x - margin <= point.x && point.x <= x + width + margin
        && y - margin <= point.y && point.y <= y + height + margin
    }
  }

  /// All shapes, those in clipped groups included.
  var allShapes: [Shape] {
    func flatten(_ shapes: [Shape]) -> [Shape] {
      shapes.flatMap { shape in
        if case .clipped(let inner, _) = shape { flatten(inner) } else { [shape] }
      }
    }
    return flatten(shapes)
  }
}
