import ArgumentParser
import Figures
import Foundation
import GuidedDiffusion

struct Explore: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Draw one sheet: a row per seed, a column per guidance weight or network.",
    discussion: """
      The columns are all weights for each pair of networks. One --net with several --gnet compares \
      guides; as many --net as --gnet are taken as pairs, for example of EMA lengths. A weight of \
      1 is the main network without guidance, 0 the guide alone.

      EXAMPLES:
        autoguide explore --grid sheet.png
        autoguide explore --seeds 0-3 --guidance 1,1.5,2,2.5,3,4 --class 5
        autoguide explore --net a.pkl --gnet b.pkl --gnet c.pkl --guidance 2
      """)

  @Option(
    help: ArgumentHelp(
      "Networks and settings of a published result (see 'autoguide presets').", valueName: "name"))
  var preset: String?

  @Option(
    help: ArgumentHelp("Main network; may be given several times.", valueName: "file"),
    completion: .file())
  var net: [String] = []

  @Option(
    help: ArgumentHelp("Guiding network; may be given several times.", valueName: "file"),
    completion: .file())
  var gnet: [String] = []

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Guidance weights, a column each. (default: 1,1.5,2,3,0)", valueName: "list"))
  var guidance: Weights?

  @OptionGroup var vae: VAEOptions

  @OptionGroup(title: "Images") var images: RunOptions

  @Option(
    help: ArgumentHelp("The sheet to write.", valueName: "file"),
    completion: .file(extensions: ["png"]))
  var grid = "out/explore.png"

  @OptionGroup(title: "Sampling") var sampling: SamplingOptions
  @OptionGroup(title: "Device") var devices: DeviceGroupOptions
  @OptionGroup(title: "Compilation") var compilation: CompilationOptions
  @OptionGroup(title: "Compilation") var kernels: KernelOptions
  @OptionGroup(title: "Report") var output: OutputOptions

  func run() async throws {
    let exploration = try prepare()
    try checkWritable(grid)
    try await exploration.draw()
    try exploration.write(to: grid)
    if output.json { return try Console.print(json: ["grid": grid]) }
    try Console.print(grid)
  }

  private func prepare() throws -> Exploration {
    let seeds = try SeedList.parse(images.seeds)
    let pairs = try loadPairs()
    let devices = try devices.choose()
    let isUnguided = pairs.allSatisfy(\.guides.isEmpty)
    let weights = guidance?.values ?? (isUnguided ? [1] : [1, 1.5, 2, 3, 0])
    guard seeds.count * pairs.count * weights.count <= ImageGrid.mostImages else {
      throw SettingsError(
        "a sheet holds at most \(ImageGrid.mostImages) images: ask for fewer seeds or columns")
    }
    let columns = Exploration.columns(pairs, weights: weights) { sampling.apply(to: &$0) }
    let classIndex = try images.classIndex(of: pairs[0].main)
    let options = try kernels.options(compilation, for: devices.first, quiet: output.quiet)
    let samplers = columns.map {
      $0.sampler(devices: devices, options: options, batch: images.batch)
    }
    for sampler in samplers { try sampler.check(classIndex: classIndex) }
    let decoder = try vae.decoder(for: pairs[0].main, on: devices.first, compilation)
    if pairs[0].main.drawsLatents && decoder == nil && !output.quiet {
      Console.complain("the network draws latents, shown as previews; \(VAEOptions.advice)")
    }
    return Exploration(
      columns: columns,
      samplers: samplers.map { PictureSampler(sampler: $0, decoder: decoder) }, seeds: seeds,
      classIndex: classIndex,
      network: pairs[0].main, isQuiet: output.quiet)
  }

  /// The pairs of networks to compare, at least one, all for images of one size.
  private func loadPairs() throws -> [NetworkOptions.Loaded] {
    guard net.count > 1 || gnet.count > 1 else {
      return [try NetworkOptions(preset: preset, net: net.first, gnet: gnet).load()]
    }
    guard net.count <= 1 || net.count == gnet.count || gnet.isEmpty else {
      throw SettingsError(
        "\(net.count) --net and \(gnet.count) --gnet: give one --net, or as many as --gnet")
    }
    let count = max(net.count, gnet.count)
    let pairs = try (0..<count).map { index in
      try NetworkOptions(
        preset: preset, net: net.count > 1 ? net[index] : net.first,
        gnet: gnet.isEmpty ? [] : [gnet[index]]
      ).load()
    }
    let first = pairs[0].main
    if let other = pairs.map(\.main).first(where: { $0.imageShape != first.imageShape }) {
      throw Failure(
        "\(other.fileName) makes images of \(other.imageShape), \(first.fileName) of "
          + "\(first.imageShape): a sheet holds images of one size")
    }
    return pairs
  }
}
