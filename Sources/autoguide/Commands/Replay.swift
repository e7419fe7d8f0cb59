import ArgumentParser
import Figures
import Foundation
import GuidedDiffusion

struct Replay: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Draw an image again from the recipe inside it, and say whether it is the same.",
    discussion: """
      Networks are found by their SHA-256: the built-in pair, --net and --gnet, or files of the \
      same name beside the image, in the current folder, or in the cache. Exit code 1 if the image \
      differs.
      """)

  @Argument(
    help: "An image that 'autoguide generate' made.", completion: .file(extensions: ["png"]))
  var image: String

  @Option(help: ArgumentHelp("A network of the recipe.", valueName: "file"), completion: .file())
  var net: [String] = []

  @Option(help: ArgumentHelp("The same as --net.", valueName: "file"), completion: .file())
  var gnet: [String] = []

  @Option(
    help: ArgumentHelp(
      "The autoencoder of the recipe. (default: sd-vae-ft-mse in the cache's networks)",
      valueName: "path"), completion: .file())
  var vae: String?

  @Option(
    name: .customLong("save"),
    help: ArgumentHelp("Also write the new image.", valueName: "file"),
    completion: .file(extensions: ["png"]))
  var savePath: String?

  @OptionGroup(title: "Device") var device: DeviceOptions
  @OptionGroup(title: "Report") var output: OutputOptions

  func run() async throws {
    let original = try readImage()
    let sampler = try prepare(original.recipe)
    let (seed, classIndex) = (original.recipe.seed, original.recipe.classIndex)
    var pictures = sampler.pictures(seeds: [seed], classIndex: classIndex)
    while let again = try await pictures.next() {
      try compare(original, again.picture, sampler.recipe(of: again.image))
    }
  }

  private func prepare(_ recipe: Recipe) throws -> PictureSampler {
    let finder = NetworkFinder(files: net + gnet, beside: image)
    let device = try chooseDevice(recipe)
    let options = try options(of: recipe, on: device)
    let sampler = Sampler(
      main: try finder.find(recipe.main), guides: try recipe.guides.map(finder.find),
      settings: recipe.settings, device: device, options: options, batch: 1)
    do {
      try sampler.check(classIndex: recipe.classIndex)
    } catch let error as SettingsError {
      throw Failure("\(image): its recipe is wrong: \(error)")
    }
    let decoder = try recipe.decoder.map { wanted in
      try LatentDecoder(
        finder.findVAE(wanted, at: vae), device: device, table: options.table, batch: 1)
    }
    return PictureSampler(sampler: sampler, decoder: decoder)
  }

  private func compare(
    _ original: (picture: Picture, recipe: Recipe), _ picture: Picture, _ recipe: Recipe
  ) throws {
    if let savePath {
      let texts = [Recipe.keyword: try recipe.text]
      try AtomicFile.write(PNG.encode(picture, texts: texts), to: savePath)
    }
    let comparison = try Comparison(original.picture, picture)
    try report(comparison, original.recipe, recipe)
    if !comparison.isIdentical { throw ExitCode.failure }
  }

  private func readImage() throws -> (picture: Picture, recipe: Recipe) {
    let file = try readFile(image)
    let content: PNG.Content
    do { content = try PNG.decode(file) } catch { throw Failure("\(image): \(error.reason)") }
    guard let text = content.texts[Recipe.keyword] else {
      throw Failure("\(image): there is no recipe in this picture")
    }
    do {
      return (content.picture, try Recipe(text: text))
    } catch { throw Failure("\(image): \(error)") }
  }

  /// The device asked for; else the one of the recipe, if it is here.
  private func chooseDevice(_ recipe: Recipe) throws -> ComputeDevice {
    if device.device != nil { return try device.choose() }
    if recipe.device == ComputeDevice.fallback.name { return .fallback }
    let same = availableDevices().first { $0.name == recipe.device }
    return try same.map { .openCL($0) } ?? device.choose()
  }

  /// The algorithms of the recipe, if they are among those of this version or tuned here.
  private func options(of recipe: Recipe, on device: ComputeDevice) throws -> OpenCLOptions {
    guard case .openCL(let device) = device else { return OpenCLOptions() }
    let tuned = TuningFile(for: device)
    let tables = Accuracy.allCases.flatMap { [.cpu($0), tuned.table($0)] }.compactMap(\.self)
    let options = tables.map { table in
      OpenCLOptions(table: table, kernels: recipe.kernels ?? .cpu, precision: recipe.precision)
    }
    if let same = options.first(where: { $0.algorithms(on: device) == recipe.algorithms }) {
      return same
    }
    if recipe.device == device.name && recipe.version == libraryVersion {
      throw Failure(
        "\(image): made with the algorithms \(recipe.algorithms.prefix(8)), which are neither this "
          + "version's nor tuned here: it cannot be drawn the same")
    }
    return OpenCLOptions()
  }

  private func report(_ comparison: Comparison, _ old: Recipe, _ new: Recipe) throws {
    let changes = [
      ("version", old.version, new.version), ("device", old.device, new.device),
      ("algorithms", old.algorithms, new.algorithms),
    ].filter { $0.1 != $0.2 }
    if output.json {
      return try Console.print(
        json: Report(
          image: image, isIdentical: comparison.isIdentical,
          differingValues: comparison.differingValues, largestDifference: comparison.largest,
          changed: changes.map(\.0)))
    }
    try Console.print("\(image): \(comparison.text)")
    for (name, before, now) in changes where !output.quiet {
      Console.complain("warning: \(name) then \(before.prefix(40)), now \(now.prefix(40))")
    }
  }

  private struct Report: Encodable {
    var image: String
    var isIdentical: Bool
    var differingValues: Int
    var largestDifference: Int
    var changed: [String]
  }
}
