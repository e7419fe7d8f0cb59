import ArgumentParser
import Foundation
import GuidedDiffusion

struct Fetch: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Download the networks of published results into the cache.",
    discussion: """
      Says first what it will take. A download that was stopped goes on where it was. The SHA-256 of \
      a file is noted at its first download and checked ever after. The networks are licensed \
      \(PublishedNetwork.licence) by their authors: not for commercial use.

      EXAMPLES:
        autoguide fetch edm2-img64-s-autog-fid
        autoguide fetch edm2-img512-s-autog-fid edm2-img512-xxl-autog-fid --dry-run
        autoguide fetch edm2-img512-s-fid --all --mirror https://example.org/edm2
      """)

  @Argument(help: "Names of presets (see 'autoguide presets').")
  var presets: [String]

  @Flag(
    help: "Also fetch reference statistics, and the decoder and feature network that they need.")
  var all = false

  @Flag(help: "Say what would be downloaded, and download nothing.")
  var dryRun = false

  @OptionGroup(title: "Source") var source: FetchOptions
  @OptionGroup(title: "Report") var output: OutputOptions

  func run() throws {
    let presets = try self.presets.map { try Preset.named($0) }
    if let preset = presets.first(where: { $0.method != .unguided && $0.guide == nil }) {
      throw SettingsError("preset \(preset.name): it is not known which network guides it")
    }
    let plan = FetchPlan(presets, isComplete: all)
    if dryRun { return try report(plan) }
    let paths = try Fetcher(source, isQuiet: output.quiet).fetch(plan)
    if output.json { return try Console.print(json: paths) }
    for path in paths { try Console.print(path) }
  }

  private func report(_ plan: FetchPlan) throws {
    if output.json { return try Console.print(json: plan.items.map { Row($0, source) }) }
    for line in plan.lines { try Console.print(line) }
  }

  /// One file as JSON.
  struct Row: Encodable {
    var file: String
    var path: String
    var bytesToDownload: Int
    var url: String
    var licence: String

    init(_ item: FetchPlan.Item, _ source: FetchOptions) {
      (file, path, bytesToDownload) = (item.name, item.path, item.bytes)
      licence = item.licence
      url =
        switch (item.target, item.action) {
        case (.network(let network), .reconstruct): source.url(.snapshot("", of: network))
        case (.network(let network), _): source.url(.network(network))
        case (.file(let file), _): source.url(file)
        }
    }
  }
}
