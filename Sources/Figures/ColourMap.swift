/// Colours for numbers: from dark violet over green to yellow, rising evenly in lightness, so that
/// order is seen in grey and by people who see few colours (the scale known as viridis).
enum ColourMap {
  /// Evenly spaced.
  private static let stops: [Colour] = [
    0x440154, 0x482878, 0x3e4989, 0x31688e, 0x26828e, 0x1f9e89, 0x35b779, 0x6ece58, 0xb5de2b,
    0xfde725,
  ].map(Colour.init)

  /// The colour of a share, 0 to 1.
  static func colour(_ share: Double) -> Colour {
    let place = min(max(share.isNaN ? 0 : share, 0), 1) * Double(stops.count - 1)
    let index = min(Int(place), stops.count - 2)
    return stops[index].mixed(with: stops[index + 1], place - Double(index))
  }

  /// The colour of text on it.
  static func textColour(_ share: Double) -> Colour { share < 0.55 ? .white : .ink }
}
