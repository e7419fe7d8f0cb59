import ArgumentParser

/// A size of memory: `500MB`, `1.5GB`, or a number of bytes.
struct ByteCount: ExpressibleByArgument, CustomStringConvertible {
  let bytes: Int

  private static let units: [(ending: String, factor: Double)] = [
    ("kB", 1e3), ("MB", 1e6), ("GB", 1e9), ("TB", 1e12), ("", 1),
  ]

  init?(argument: String) {
    guard let unit = Self.units.first(where: { argument.hasSuffix($0.ending) }),
      let number = Double(argument.dropLast(unit.ending.count)),
      case let bytes = (number * unit.factor).rounded(), 1...0x1p60 ~= bytes
    else { return nil }
    self.bytes = Int(bytes)
  }

  var description: String { Units.bytes(bytes) }
}
