import ArgumentParser
import Foundation
import GuidedDiffusion

struct Evaluate: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Draw images straight into statistics and measure their distance from a reference.",
    discussion: """
      No image is written unless --keep-images is given. The statistics are written after every \
      \(FeatureStatistics.blockSize) seeds; a run that was stopped goes on where it was. Parts of a \
      run (--shard) are joined by 'autoguide metrics merge', with the same bits.

      EXAMPLES:
        autoguide evaluate --seeds 0-4999 --guidance 2 --ref fashion-ref.safetensors --dest w2.safetensors
        autoguide evaluate --seeds 0-49999 --shard 3/8 --dest shard-3.safetensors
      """)

  @OptionGroup(title: "Networks") var networks: NetworkOptions
  @OptionGroup(title: "Networks") var guidance: GuidanceOption

  @OptionGroup(title: "Images") var images: RunOptions

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

  @OptionGroup(title: "Sampling") var sampling: SamplingOptions
  @OptionGroup(title: "Features") var features: FeatureOptions
  @OptionGroup(title: "Device") var device: DeviceOptions
  @OptionGroup(title: "Compilation") var compilation: CompilationOptions
  @OptionGroup(title: "Report") var output: OutputOptions

  func validate() throws {
    guard ref != nil || shard != nil else {
      throw ValidationError("name a reference by --ref, or a part of the run by --shard")
    }
  }

  func run() async throws {
    let reference = try shard == nil ? ref.map(reference) : nil
    let run = try prepare()
    try report(try await run.statistics(), from: reference)
  }

  private func report(_ statistics: FeatureStatistics, from reference: StatisticsFile?) throws {
    guard let reference else {
      if output.json { return try Console.print(json: ["file": dest]) }
      return try Console.print(dest)
    }
    try DistanceReport(StatisticsFile(statistics, path: dest), from: reference).print(output)
  }

  private func reference(_ path: String) throws -> StatisticsFile {
    guard let file = try StatisticsFile(path) else {
      throw SettingsError("--ref \(path) is no file of statistics: make one by 'metrics ref'")
    }
    return file
  }

  /// Everything checked, nothing computed.
  private func prepare() throws -> EvaluationRun {
    var loaded = try networks.load()
    sampling.apply(to: &loaded.settings)
    loaded.settings.guidance = loaded.weights(guidance.weights)
    if case .latents = loaded.main.encoder {
      throw Failure(
        "\(loaded.main.fileName) draws latents: only networks that draw pixels can be evaluated")
    }
    let seeds = Self.ranges(of: try SeedList.parse(images.seeds))
    let device = try device.choose()
    let sampler = Sampler(
      main: loaded.main, guides: loaded.guides, settings: loaded.settings, device: device,
      options: try compilation.options(for: device, quiet: output.quiet), batch: images.batch)
    let classIndex = try images.classIndex(of: loaded.main)
    try sampler.check(classIndex: classIndex)
    try checkWritable(dest)
    return EvaluationRun(
      sampler: sampler, extractor: try features.extractor(on: device, compilation),
      classIndex: classIndex, seeds: shard?.part(of: seeds) ?? seeds, path: dest,
      folder: keepImages.map { ImageFolder(path: $0, hasSubfolders: true) },
      isQuiet: output.quiet)
  }

  /// Seeds as ranges, in rising order.
  static func ranges(of seeds: [Int]) -> [Range<Int>] {
    seeds.sorted().reduce(into: []) { ranges, seed in
      if let last = ranges.last, last.upperBound == seed {
        ranges[ranges.count - 1] = last.lowerBound..<seed + 1
      } else {
        ranges.append(seed..<seed + 1)
      }
    }
  }
}
