import ArgumentParser
import Foundation
import GuidedDiffusion

struct Presets: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "List the published results: networks, settings, and the figures to expect.",
    discussion: """
      FID and FD_DINOv2 are those of 50,000 images, best of three seed ranges; one run is expected \
      within about 2 %. The networks are licensed \(PublishedNetwork.licence) by their authors.
      """)

  @Argument(help: "Show one preset in detail.")
  var name: String?

  @OptionGroup var output: OutputOptions

  func run() throws {
    if let name {
      let preset = try Preset.named(name)
      if output.json { return try Console.print(json: Row(preset)) }
      return try Console.print(Self.details(preset))
    }
    try Self.printAll(output)
  }

  /// Prints all presets.
  // Inlined into an asynchronous `run()`, typed errors crash the optimiser of Swift 6.3.
  @inline(never)
  static func printAll(_ output: OutputOptions) throws {
    if output.json { return try Console.print(json: Preset.all.map(Row.init)) }
    try Console.print(header)
    for preset in Preset.all { try Console.print(line(preset)) }
    try Console.print("\n* not a preset of the official tool")
  }

  /// One preset as JSON.
  struct Row: Encodable {
    var name: String
    var isOfficial: Bool
    var method: String
    var net: String
    var gnet: String?
    var guidance: Double
    var interval: String?
    var fid: Double?
    var fdDinov2: Double?
    var availability: String
    var urls: [String]

    init(_ preset: Preset) {
      name = preset.name
      isOfficial = preset.isOfficial
      method = preset.method.rawValue
      net = preset.main.fileName
      gnet = preset.guide?.fileName
      guidance = preset.guidance
      interval = preset.interval.map { "\($0)" }
      fid = preset.fid
      fdDinov2 = preset.fdDINOv2
      availability = preset.availability.rawValue
      urls = preset.availability == .published ? preset.networks.map(\.url) : []
    }
  }

  private static let header = columns("PRESET", "w", "INTERVAL", "FID", "FD_DINOv2", "METHOD")

  private static func line(_ preset: Preset) -> String {
    columns(
      preset.name + (preset.isOfficial ? "" : "*"), decimals(preset.guidance),
      preset.interval.map { "\($0)" } ?? "", preset.fid.map(decimals) ?? "",
      preset.fdDINOv2.map(decimals) ?? "", preset.method.rawValue)
  }

  private static func decimals(_ number: Double) -> String { String(format: "%.2f", number) }

  private static func columns(_ texts: String...) -> String {
    zip(texts, [44, 5, 12, 6, 9, 0]).map { text, width in
      text + String(repeating: " ", count: max(0, width - text.count))
    }.joined(separator: " ")
  }

  private static func details(_ preset: Preset) throws -> String {
    let row = Row(preset)
    var lines = [
      "\(preset.name): \(row.method), w = \(row.guidance)"
        + (row.interval.map { ", only in \($0)" } ?? ""),
      "published \(preset.metric.rawValue): \(preset.published)",
      "main network: \(row.net)",
    ]
    if let guide = row.gnet { lines.append("guiding network: \(guide)") }
    lines.append("networks: \(row.availability)")
    lines += row.urls.map { "  \($0)" }
    do {
      let files = try preset.locate()
      lines.append("found: \(files.main.path)" + (files.guide.map { ", \($0.path)" } ?? ""))
    } catch {
      lines.append(
        "fetch them by 'autoguide fetch \(preset.name)', or put them into "
          + CacheFolder.networks.url.path)
    }
    return lines.joined(separator: "\n")
  }
}
