import ArgumentParser
import GuidedDiffusion

struct MetricsMerge: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "merge",
    abstract: "Join statistics of parts of a run.",
    discussion: """
      The result has the bits that one undivided run would have given.

      EXAMPLES:
        autoguide metrics merge shard-*.safetensors --dest all.safetensors --ref ref.safetensors
      """)

  @Argument(help: "Files that 'evaluate' or 'metrics ref' wrote.", completion: .file())
  var parts: [String]

  @Option(
    help: ArgumentHelp("File of the joined statistics.", valueName: "file"),
    completion: .file(extensions: ["safetensors"]))
  var dest: String

  @Option(
    help: ArgumentHelp("Also print the distance from this reference.", valueName: "file"),
    completion: .file())
  var ref: String?

  @Option(
    help: ArgumentHelp(
      "Which metrics are printed. (default: the Fréchet distances that the files allow)",
      valueName: "list"), transform: { try MetricList(parsing: $0) })
  var metrics: MetricList?

  @Flag(help: "Replace the file if it is there.")
  var overwrite = false

  @OptionGroup(title: "Report") var output: OutputOptions

  func run() throws {
    if !overwrite { try refuseExisting(dest) }
    try checkWritable(dest)
    let reference = try ref.map { path in
      guard let file = try StatisticsFile(path) else {
        throw SettingsError("--ref \(path) is no file of statistics")
      }
      return file
    }
    let joined = try joined()
    try joined.write(to: dest)
    if let reference {
      return try DistanceReport(
        StatisticsFile(joined, path: dest), from: reference, metrics?.values
      ).print(output)
    }
    if output.json { return try Console.print(json: Report(file: dest, images: joined.count)) }
    try Console.print(dest)
  }

  private func joined() throws -> ImageStatistics {
    var joined: ImageStatistics?
    for part in parts {
      let statistics = try ImageStatistics(part)
      guard joined != nil else {
        joined = statistics
        continue
      }
      do {
        try joined?.merge(statistics)
      } catch {
        throw Failure("\(part): \(error)")
      }
    }
    guard let joined else { throw SettingsError("name the files to join") }
    return joined
  }

  private struct Report: Encodable {
    var file: String
    var images: Int
  }
}
