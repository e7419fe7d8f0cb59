/// The kinds of text on a plot: larger than on a sheet of pictures, to be read at half size.
enum PlotText: Hashable, Sendable {
  case title, introduction, panelTitle, panelDetail, legend, axis, footer

  private var size: Double {
    switch self {
    case .title: 24
    case .panelTitle: 19
    case .introduction, .panelDetail, .legend, .axis: 15
    case .footer: 12
    }
  }

  private var colour: Colour {
    switch self {
    case .title, .panelTitle: .ink
    case .introduction, .panelDetail, .legend, .axis: .softInk
    case .footer: .paleInk
    }
  }

  private var alignment: Drawing.Alignment {
    switch self {
    case .panelTitle, .panelDetail: .middle
    default: .start
    }
  }

  /// Distance from line to line, in units.
  var lineHeight: Double { (size * 1.35).rounded(.up) }

  var font: Font { Font(size: size, isBold: self == .title || self == .panelTitle) }

  /// A line whose top is at `top`, aligned as its kind is, or otherwise.
  func shape(
    _ text: String, x: Double, top: Double, alignment: Drawing.Alignment? = nil
  ) -> Drawing.Shape {
    .text(
      text, at: SIMD2(x, top + 0.8 * size + 0.1 * lineHeight), alignment ?? self.alignment, font,
      colour)
  }

  /// The width of a line.
  func width(of text: String) -> Double {
    let ruler = Canvas(width: 1, height: 1, background: .paper)
    return ruler.width(of: text, font: font)
  }
}

/// Discs and names in a line.
struct Legend {
  var entries: [Plot.LegendEntry]

  /// Space from one entry's start to the next one's.
  private static func width(of entry: Plot.LegendEntry) -> Double {
    17 + PlotText.legend.width(of: entry.name) + 24
  }

  /// Width of the line, in units.
  var width: Double { entries.reduce(0) { $0 + Self.width(of: $1) } - 24 }

  /// The entries in lines that are no wider than `width`, unless one entry is.
  func lines(width: Double) -> [Legend] {
    entries.reduce(into: []) { lines, entry in
      if let last = lines.last, Legend(entries: last.entries + [entry]).width <= width {
        lines[lines.count - 1].entries.append(entry)
      } else {
        lines.append(Legend(entries: [entry]))
      }
    }
  }

  func shapes(x: Double, top: Double) -> [Drawing.Shape] {
    var shapes: [Drawing.Shape] = []
    var x = x
    for entry in entries {
      let middle = top + PlotText.legend.lineHeight / 2
      shapes.append(.dots([SIMD2(x + 6, middle)], radius: 5, entry.colour))
      shapes.append(PlotText.legend.shape(entry.name, x: x + 17, top: top))
      x += Self.width(of: entry)
    }
    return shapes
  }
}
