import ArgumentParser
import Foundation
import GuidedDiffusion

struct Reproduce: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Reproduce a published result: fetch, draw, measure, compare.",
    discussion: """
      The protocol is the published one: \(ReproductionReport.publishedImages) images of each of \
      \(ReproductionReport.publishedRanges) ranges of seeds, of which the lowest distance counts. \
      The folder holds the statistics, and at the end report.md, report.json and images.png. A run \
      that was stopped goes on, and a preview is the beginning of the whole. Under mpirun, torchrun or \
      Slurm (tasks, arrays) all processes share the work; the last one reports.

      EXAMPLES:
        autoguide reproduce --list
        autoguide reproduce edm2-img64-s-autog-fid --dry-run
        autoguide reproduce edm2-img64-s-autog-fid --images 5000 --ranges 1
        srun -n 64 autoguide reproduce edm2-img64-s-autog-fid --outdir record
      """)

  @Argument(help: "Which result, by its preset (see --list); without -fid or -dino its FID.")
  var row: String?

  @Flag(help: "List the results with their published values.")
  var list = false

  @Flag(help: "Say what it will take, for one result or for all; nothing is downloaded.")
  var dryRun = false

  @Option(help: ArgumentHelp("Images of each range; with fewer it is a preview.", valueName: "n"))
  var images = ReproductionReport.publishedImages

  @Option(help: ArgumentHelp("Ranges of seeds, 1 to 3.", valueName: "n"))
  var ranges = ReproductionReport.publishedRanges

  @Option(
    help: ArgumentHelp(
      "Folder of statistics and report. (default: out/ and the result's name)", valueName: "folder"),
    completion: .directory)
  var outdir: String?

  @Option(
    help: ArgumentHelp(
      "Draw part i of n, the first being 0; the last process to end reports.", valueName: "i/n"),
    transform: { try Shard(parsing: $0) })
  var shard: Shard?

  @Option(parsing: .unconditional, help: "Most images computed at once; no image depends on it.")
  var batch = 32

  @OptionGroup(title: "Files") var own: OwnFiles
  @OptionGroup(title: "Files") var vae: VAEOptions
  @OptionGroup(title: "Files") var source: FetchOptions
  @OptionGroup(title: "Features") var features: FeatureOptions
  @OptionGroup(title: "Device") var devices: DeviceGroupOptions
  @OptionGroup(title: "Compilation") var compilation: CompilationOptions
  @OptionGroup(title: "Compilation") var kernels: KernelOptions
  @OptionGroup(title: "Report") var output: OutputOptions

  func validate() throws {
    guard list || dryRun || row != nil else {
      throw ValidationError("name a result, or see them by --list")
    }
    guard 2...ReproductionReport.publishedImages ~= images else {
      throw ValidationError(
        "--images is \(images): give 2 to \(ReproductionReport.publishedImages)")
    }
    guard 1...ReproductionReport.publishedRanges ~= ranges else {
      throw ValidationError("--ranges is \(ranges): give 1 to 3")
    }
    guard 1...65536 ~= batch else {
      throw ValidationError("--batch is \(batch): give a number from 1 to 65536")
    }
  }

  func run() async throws {
    if list { return try Presets.printAll(output) }
    if dryRun { return try plan() }
    let reproduction = try prepare()
    guard let report = try await reproduction.report() else { return }
    try show(report, in: reproduction.folder)
  }

  // Inlined into asynchronous functions, typed errors crash the optimiser of Swift 6.3.
  @inline(never)
  private func show(_ report: ReproductionReport, in folder: URL) throws {
    if output.json { return try Console.print(json: report) }
    for line in report.lines { try Console.print(line) }
    try Console.print(folder.appendingPathComponent("report.md").relativePath)
  }

  @inline(never)
  private func plan() throws {
    let speed = try DeviceSpeed(devices.choose())
    let presets = try row.map { [try Self.preset($0)] } ?? Preset.all
    let plans = presets.map { ReproductionPlan($0, images: images * ranges, speed: speed) }
    if output.json { return try Console.print(json: plans) }
    if row != nil { return try plans[0].lines.forEach { try Console.print($0) } }
    try Console.print(ReproductionPlan.header)
    for plan in plans { try Console.print(plan.line) }
  }

  /// A result by the name of its preset, or without the name's ending.
  static func preset(_ name: String) throws(SettingsError) -> Preset {
    let endings = ["", "-fid", "-dino"]
    let found = endings.lazy.compactMap { ending in
      Preset.all.first { $0.name == name + ending }
    }.first
    if let found { return found }
    return try Preset.named(name)
  }
}
