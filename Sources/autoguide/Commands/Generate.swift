import ArgumentParser
import Figures
import Foundation
import GuidedDiffusion

struct Generate: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Draw images from seeds.",
    discussion: """
      Writes one PNG file per seed, 000016.png for seed 16, each with its recipe inside (see \
      'autoguide replay'). Files that exist are kept, so that a run that was stopped goes on \
      where it was. Prints the path of every image.

      EXAMPLES:
        autoguide generate --seeds 0-63 --guidance 2 --grid grid.png
        autoguide generate --preset edm2-img64-s-autog-fid --seeds 0-63
        autoguide generate --net main.pkl --gnet weak.pkl --guidance 2.1
      """)

  @OptionGroup(title: "Networks") var networks: NetworkOptions
  @OptionGroup(title: "Networks") var guidance: GuidanceOption

  @OptionGroup(title: "Networks") var vae: VAEOptions

  @OptionGroup(title: "Images") var images: RunOptions

  @Option(help: ArgumentHelp("Folder for the images; it is made.", valueName: "folder"))
  var outdir = "out"

  @Flag(help: "A folder for every thousand seeds.")
  var subdirs = false

  @Flag(help: "Draw images again whose files exist.")
  var overwrite = false

  @Option(
    help: ArgumentHelp("Also draw all images on one labelled sheet.", valueName: "file"),
    completion: .file(extensions: ["png"]))
  var grid: String?

  @OptionGroup(title: "Sampling") var sampling: SamplingOptions
  @OptionGroup(title: "Device") var devices: DeviceGroupOptions
  @OptionGroup(title: "Compilation") var compilation: CompilationOptions
  @OptionGroup(title: "Compilation") var kernels: KernelOptions
  @OptionGroup(title: "Report") var output: OutputOptions

  func run() async throws {
    let loaded = try load()
    let run = try prepare(loaded)
    if let grid { try checkWritable(grid) }
    var report = Report()
    var drawn: [ImageGrid.Item] = []
    try await run.images { image in
      report.images.append(.init(image))
      if !output.json { try Console.print(image.path) }
      if grid != nil { drawn.append(try run.gridItem(image)) }
    }
    if let grid {
      let sheet = ImageGrid(title: loaded.title, settings: loaded.settings, items: drawn)
      try sheet.write(to: grid, device: run.source.sampler.plans.deviceName)
      report.grid = grid
      if !output.json { try Console.print(grid) }
    }
    if output.json { try Console.print(json: report) }
  }

  /// Networks and settings.
  private func load() throws -> NetworkOptions.Loaded {
    var loaded = try networks.load()
    sampling.apply(to: &loaded.settings)
    loaded.settings.guidance = loaded.weights(guidance.weights)
    return loaded
  }

  /// Everything checked, nothing computed.
  private func prepare(_ loaded: NetworkOptions.Loaded) throws -> ImageRun {
    let seeds = try SeedList.parse(images.seeds)
    if grid != nil && seeds.count > ImageGrid.mostImages {
      throw SettingsError(
        "--grid holds at most \(ImageGrid.mostImages) images, not \(seeds.count)")
    }
    let devices = try devices.choose()
    let sampler = Sampler(
      main: loaded.main, guides: loaded.guides, settings: loaded.settings,
      devices: devices,
      options: try kernels.options(compilation, for: devices.first, quiet: output.quiet),
      batch: images.batch)
    let classIndex = try images.classIndex(of: loaded.main)
    try sampler.check(classIndex: classIndex)
    let decoder = try vae.decoder(for: loaded.main, on: devices.first, compilation)
    return ImageRun(
      source: PictureSampler(sampler: sampler, decoder: decoder), network: loaded.main,
      seeds: seeds, classIndex: classIndex,
      folder: ImageFolder(path: outdir, hasSubfolders: subdirs), overwrite: overwrite,
      isQuiet: output.quiet)
  }

  /// What `--json` prints.
  private struct Report: Encodable {
    var images: [Entry] = []
    var grid: String?

    struct Entry: Encodable {
      var path: String
      var seed: Int
      var classIndex: Int?
      var isNew: Bool

      init(_ image: ImageRun.Image) {
        path = image.path
        seed = image.seed
        classIndex = image.classIndex
        isNew = image.isNew
      }
    }
  }
}
