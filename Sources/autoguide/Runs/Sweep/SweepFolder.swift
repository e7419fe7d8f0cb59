import Figures
import Foundation
import GuidedDiffusion

/// The files of a sweep.
struct SweepFolder {
  /// Path of the folder.
  let path: String

  /// Everything that was measured, for programs.
  var results: String { path("results.json") }

  /// Folder of the averages that were made.
  var networks: String { path("networks") }

  /// Path of a file in the folder.
  func path(_ name: String) -> String {
    URL(fileURLWithPath: path).appendingPathComponent(name).relativePath
  }

  /// Makes the folders.
  ///
  /// - Throws: ``FileError`` if files cannot be written there.
  func make() throws(FileError) {
    try checkWritable(results)
    try makeFolder(of: path("points/statistics"))
  }

  /// Name of a point's statistics: what it is, and a digest of all that it depends on.
  ///
  /// - Parameters:
  ///   - point: what is measured.
  ///   - guide: name of its guide.
  ///   - statistics: of nothing yet, which say what they will be of.
  /// - Returns: a path in the folder, for example `points/weak-w2-0a1b2c3d.safetensors`.
  /// - Throws: what encoding throws.
  func file(
    _ point: SweepPoint, guide: String?, statistics: ImageStatistics
  ) throws -> String {
    var digest = SHA256()
    for kind in statistics.kinds {
      guard let part = statistics.parts[kind] else { continue }
      if kind != .inception || part.sample.capacity > 0 {
        digest.update("\(kind.rawValue) \(part.sample.capacity) ")
      }
      digest.update(try Console.json(part.source))
    }
    var parts = [guide.map(Self.fileName) ?? "none"]
    if !point.isUnguided { parts.append("w\(short(point.guidance))") }
    if let ema = point.ema { parts.append("ema\(SweepPoint.length(ema))") }
    if let ema = point.guideEMA { parts.append("guide\(SweepPoint.length(ema))") }
    parts.append(String(digest.finish().prefix(8)))
    return "points/\(parts.joined(separator: "-")).safetensors"
  }

  /// A name with only letters, digits and dots, others as `_`.
  static func fileName(_ name: String) -> String {
    String(name.map { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == ".") ? $0 : "_" })
  }

  /// Writes tables and charts.
  func write(_ report: SweepReport) throws {
    try AtomicFile.write(Array(try Console.json(report).utf8), to: results)
    try AtomicFile.write(Array(report.text.utf8), to: path("results.md"))
    for (name, drawing) in SweepFigures(report).drawings {
      for format in Self.formats { try drawing.write(to: path("\(name).\(format.rawValue)")) }
    }
  }

  private static let formats = [FigureFormat.svg, .png]

  /// Paths of what is written of a report for people, the table first.
  func files(of report: SweepReport) -> [String] {
    let figures = SweepFigures(report).drawings.flatMap { name, _ in
      Self.formats.map { "\(name).\($0.rawValue)" }
    }
    return (["results.md"] + figures).map(path)
  }
}
