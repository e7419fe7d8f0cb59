/// The kinds of text on a figure.
enum TextStyle: Hashable, Sendable {
  case title, caption, name, detail, footer

  /// In units of length; a figure's scale turns them into pixels.
  private var size: Double {
    switch self {
    case .title: 20
    case .caption: 12
    case .name: 13
    case .detail: 11
    case .footer: 9.5
    }
  }

  /// Distance from line to line, in units.
  var lineHeight: Double { (size * 1.4).rounded(.up) }

  var colour: Colour {
    switch self {
    case .title, .name: .ink
    case .caption: .softInk
    case .detail, .footer: .paleInk
    }
  }

  /// The font, in pixels.
  func font(scale: Int) -> Font {
    Font(size: size * Double(scale), isBold: self == .title || self == .name)
  }
}
