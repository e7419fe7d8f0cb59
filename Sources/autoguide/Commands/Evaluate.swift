import ArgumentParser
import Foundation
import GuidedDiffusion

struct Evaluate: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Draw images straight into statistics and measure their distance from a reference.",
    discussion: """
      No image is written unless --keep-images is given. The statistics are written after every \
      \(FeatureStatistics.blockSize) seeds; a run that was stopped goes on where it was. Parts of a \
      run (--shard) are joined by 'autoguide metrics merge', with the same bits. Under mpirun, torchrun \
      or Slurm (tasks, arrays) each process takes a part into a file of its own beside --dest, and the \
      last one joins them; what a process that was killed left is not drawn again.

      EXAMPLES:
        autoguide evaluate --seeds 0-4999 --guidance 2 --ref fashion-ref.safetensors --dest w2.safetensors
        autoguide evaluate --seeds 0-49999 --shard 3/8 --dest shard-3.safetensors
        srun -n 8 autoguide evaluate --seeds 0-49999 --ref ref.safetensors --dest w2.safetensors
      """)

  @OptionGroup(title: "Networks") var networks: NetworkOptions
  @OptionGroup(title: "Networks") var guidance: GuidanceOption

  @Option(
    help: ArgumentHelp(
      "Draw part i of n, the first being 0, and print no distance.", valueName: "i/n"),
    transform: { try Shard(parsing: $0) })
  var shard: Shard?

  @Option(
    help: ArgumentHelp(
      "Statistics of the reference: of 'metrics ref', official (.pkl) or NumPy's (.npz).",
      valueName: "file"), completion: .file())
  var ref: String?

  @Option(
    help: ArgumentHelp("File of the statistics.", valueName: "file"),
    completion: .file(extensions: ["safetensors"]))
  var dest: String

  @Option(
    help: ArgumentHelp("Also write the images into this folder.", valueName: "folder"),
    completion: .directory)
  var keepImages: String?

  @OptionGroup var evaluation: EvaluationOptions

  func validate() throws {
    guard ref != nil || shard != nil else {
      throw ValidationError("name a reference by --ref, or a part of the run by --shard")
    }
  }

  func run() async throws {
    let reference = try shard == nil ? ref.map(reference) : nil
    let run = try prepare()
    guard let statistics = try await statistics(run) else { return }
    try report(statistics, from: reference)
  }

  /// Draws what this process is to draw.
  ///
  /// - Returns: the statistics of everything, or of the shard asked for; nil if other processes are
  ///   not done.
  private func statistics(_ run: EvaluationRun) async throws -> ImageStatistics? {
    let isQuiet = evaluation.output.quiet
    guard let rank = try rank() else {
      return try await run.statistics(isQuiet: isQuiet)
    }
    let shared = SharedRun(run: run, rank: rank)
    try await shared.draw(isQuiet: isQuiet)
    return try shared.merge(isQuiet: isQuiet)
  }

  /// This process among others that share the run; nil if a part was asked for.
  @inline(never)
  private func rank() throws -> Rank? { try shard == nil ? Rank.current() : nil }

  @inline(never)
  private func reference(_ path: String) throws -> StatisticsFile {
    let file = try StatisticsFile.reference(path)
    try file.check(asReferenceFor: evaluation.features.chosen)
    return file
  }

  @inline(never)
  private func report(_ statistics: ImageStatistics, from reference: StatisticsFile?) throws {
    guard let reference else {
      if evaluation.output.json { return try Console.print(json: ["file": dest]) }
      return try Console.print(dest)
    }
    try DistanceReport(
      StatisticsFile(statistics, path: dest), from: reference, evaluation.features.chosen
    ).print(evaluation.output)
  }

  /// Everything checked, nothing computed.
  private func prepare() throws -> EvaluationRun {
    var loaded = try networks.load()
    evaluation.sampling.apply(to: &loaded.settings)
    loaded.settings.guidance = loaded.weights(guidance.weights)
    let seeds = try evaluation.seeds()
    var run = try Evaluator(evaluation).run(
      loaded, seeds: shard?.part(of: seeds) ?? seeds, path: dest)
    run.folder = keepImages.map { ImageFolder(path: $0, hasSubfolders: true) }
    try checkWritable(dest)
    return run
  }
}
