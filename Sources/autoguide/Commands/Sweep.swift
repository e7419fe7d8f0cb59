import ArgumentParser
import Foundation
import GuidedDiffusion

struct Sweep: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Measure the distance from a reference over guidance weight and EMA lengths.",
    discussion: """
      Measures the Fréchet distance of all seeds for every weight of every guide: each --gnet is a \
      curve of its own. A weight of 1 is the main network alone, measured once. With --refine the \
      steps are halved around the best point of each guide, and its neighbours measured, as often \
      as asked for.

      With --ema, the main network is any average of a training, made of its snapshots, and \
      --guide-ema does so for guides: every length is measured with every weight, and refined, too. \
      Maps show two of them at a time. The averages are kept in --outdir.

      Statistics, tables (results.md, results.json) and charts lie in --outdir and are up to date \
      after every point. A sweep that was stopped goes on with the same command; more seeds, more \
      weights or another guide take what is there.

      EXAMPLES:
        autoguide sweep --ref reference.safetensors --seeds 0-4999 --steps 18
        autoguide sweep --net main.pkl --gnet weak.pkl --label autoguidance --gnet uncond.pkl \
      --label CFG --guidance 1,1.25,...,3 --refine 2 --ref reference.safetensors --seeds 0-4999
        autoguide sweep --net out/main --ema 0.05,0.10,0.15 --gnet out/guide --guide-ema 0.05,0.10 \
      --guidance 1.5,2 --refine 2 --ref reference.safetensors --seeds 0-4999
      """)

  @OptionGroup(title: "Networks") var networks: SweepNetworkOptions

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Guidance weights, as 1,1.25,...,3. (default: that, or 1 without a guide)", valueName: "list")
  )
  var guidance: Weights?

  @Option(
    help: ArgumentHelp(
      "Rounds of refinement: each halves the steps beside the best point of each guide.",
      valueName: "n"))
  var refine = 0

  @Option(
    help: ArgumentHelp(
      "Images per point in a first pass over the grid, for an early look; 0 for none. "
        + "(default: a tenth of the seeds, in blocks of \(FeatureStatistics.blockSize))",
      valueName: "images"))
  var first: Int?

  @Option(
    help: ArgumentHelp(
      "Statistics of the reference: of 'metrics ref', official (.pkl) or NumPy's (.npz).",
      valueName: "file"), completion: .file())
  var ref: String

  @Option(
    help: ArgumentHelp("Folder of statistics, tables and charts.", valueName: "folder"),
    completion: .directory)
  var outdir = "out/sweep"

  @Flag(name: [.customShort("n"), .long], help: "Say what would be computed, and stop.")
  var dryRun = false

  @OptionGroup var evaluation: EvaluationOptions

  func validate() throws {
    guard 0...20 ~= refine else {
      throw ValidationError("--refine is \(refine): give 0 to 20 rounds")
    }
    if let first, first < 0 || first == 1 {
      throw ValidationError("--first is \(first): give 0 for none, or 2 images or more")
    }
  }

  func run() async throws {
    let (sweep, seeds) = try prepare()
    if dryRun { return try show(sweep, seeds) }
    try await sweep.measure(seeds: seeds, first: firstSeeds(of: seeds), rounds: refine)
    try show(sweep.report)
  }

  // Inlined into an asynchronous `run()`, typed errors crash the optimiser of Swift 6.3.
  @inline(never)
  private func prepare() throws -> (SweepRun, seeds: [Range<Int>]) {
    let reference = try StatisticsFile.reference(ref)
    let seeds = try evaluation.seeds()
    let folder = SweepFolder(path: outdir)
    let (networks, ema, guides) = try networks.load(evaluation.sampling, in: folder.networks)
    let grid = SweepGrid(guidance: try weights(for: networks), ema: ema, guides: guides)
    let evaluator = try Evaluator(evaluation)
    if !dryRun { try folder.make() }
    let sweep = try SweepRun(
      networks, grid, evaluator, reference: reference, folder: folder, isDry: dryRun,
      isQuiet: evaluation.output.quiet)
    return (sweep, seeds)
  }

  /// The weights, rising, each once.
  private func weights(for networks: SweepNetworks) throws(SettingsError) -> [Double] {
    guard !networks.guides.isEmpty else {
      guard guidance == nil || guidance?.values == [1] else {
        throw SettingsError("--guidance without a guiding network: name one by --gnet")
      }
      return [1]
    }
    let weights = Set(guidance?.values ?? (0...8).map { 1 + 0.25 * Double($0) }).sorted()
    if let odd = weights.first(where: { $0.magnitude > 1e6 || $0.isNaN }) {
      throw SettingsError("guidance is \(odd): give finite numbers, 1 for no guidance")
    }
    return weights
  }

  /// The seeds of the first pass: less than all of them, or none.
  private func firstSeeds(of seeds: [Range<Int>]) -> [Range<Int>] {
    let total = seeds.reduce(0) { $0 + $1.count }
    let wanted = first ?? total / 10
    var (blocks, count) = ([Range<Int>](), 0)
    for block in seeds.flatMap(FeatureStatistics.blocks) where count < wanted {
      blocks.append(block)
      count += block.count
    }
    return count < 2 || count >= total || first == nil && 2 * count >= total ? [] : blocks
  }

  @inline(never)
  private func show(_ sweep: SweepRun, _ seeds: [Range<Int>]) throws {
    let plan = try sweep.plan(seeds: seeds, rounds: refine)
    if evaluation.output.json { return try Console.print(json: plan) }
    try Console.print(plan.text)
  }

  @inline(never)
  private func show(_ report: SweepReport) throws {
    if evaluation.output.json { return try Console.print(json: report) }
    try Console.print(report.table)
    for path in SweepFolder(path: outdir).files(of: report) { try Console.print(path) }
  }
}
