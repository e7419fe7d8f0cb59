import ArgumentParser
import Foundation

/// A number of images as the official tools take it: `65536`, `60k`, `1.5M`, or with powers of
/// 1024 `128Ki`, `8Mi`, `2Gi`.
struct ImageCount: ExpressibleByArgument, CustomStringConvertible {
  let images: Int

  private static let units: [(ending: String, factor: Double)] = [
    ("Ki", 0x1p10), ("Mi", 0x1p20), ("Gi", 0x1p30), ("k", 1e3), ("M", 1e6), ("G", 1e9), ("", 1),
  ]

  init?(argument: String) {
    guard let unit = Self.units.first(where: { argument.hasSuffix($0.ending) }),
      let number = Double(argument.dropLast(unit.ending.count)),
      case let images = (number * unit.factor).rounded(), 0...0x1p50 ~= images
    else { return nil }
    self.images = Int(images)
  }

  init(_ images: Int) { self.images = images }

  /// With the largest unit of 1024 that leaves a whole number.
  var description: String {
    for (ending, factor) in Self.units.prefix(3).reversed()
    where images > 0 && images % Int(factor) == 0 {
      return "\(images / Int(factor))\(ending)"
    }
    return "\(images)"
  }

  var defaultValueDescription: String { description }
}
