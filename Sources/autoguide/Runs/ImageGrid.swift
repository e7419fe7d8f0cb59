import Figures
import GuidedDiffusion

/// All images of a run on one sheet, in the order of their seeds.
struct ImageGrid {
  /// Most images on one sheet.
  static let mostImages = 1024

  /// One image.
  struct Item {
    var seed: Int
    var caption: String
    var picture: Picture
  }

  let title: String
  let settings: SamplerSettings
  let items: [Item]

  /// Draws the sheet into a file.
  ///
  /// - Throws: ``FigureError`` if it is too large, ``FileError`` if it cannot be written.
  func write(to path: String, device: String) throws {
    let items = items.sorted { $0.seed < $1.seed }
    let columns = Self.columns(items.count)
    let rows = stride(from: 0, to: items.count, by: columns).map { start in
      (0..<columns).map { items.indices ~= start + $0 ? items[start + $0] : nil }
    }
    var sheet = ContactSheet(
      title: title, columns: Array(repeating: .init(""), count: columns),
      rows: Array(repeating: .init(""), count: rows.count),
      pictures: rows.map { $0.map { $0?.picture } })
    sheet.captions = rows.map { $0.map { $0?.caption ?? "" } }
    sheet.introduction = [settings.summary]
    sheet.footer = footer(settings, device: device)
    let file = try PNG.encode(sheet.draw())
    try makeFolder(of: path)
    try AtomicFile.write(file, to: path)
  }

  /// One row up to six; else the width, from square to twice as wide as high, that leaves the
  /// fewest gaps.
  private static func columns(_ count: Int) -> Int {
    if count <= 6 { return count }
    let edge = Double(count).squareRoot()
    let widths = Int(edge.rounded(.up))...Int((1.42 * edge).rounded(.up))
    return widths.min { (gaps(count, $0), $0) < (gaps(count, $1), $1) } ?? count
  }

  private static func gaps(_ count: Int, _ width: Int) -> Int { (width - count % width) % width }
}

/// The last line of a sheet.
func footer(_ settings: SamplerSettings, device: String) -> String {
  "\(settings.steps) steps, \(settings.noise.rawValue) noise, autoguide \(libraryVersion), \(device)"
}

extension SamplerSettings {
  /// How images were guided.
  var summary: String {
    let weights = guidance.map(short).joined(separator: ", ")
    if guidance.isEmpty { return "no guidance" }
    return "guidance w = \(weights)" + (interval.map { ", only in \($0)" } ?? "")
  }
}
