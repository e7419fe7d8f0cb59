import Figures
import Foundation
import GuidedDiffusion

/// Draws the images of a list of seeds into a folder, as far as they are not there.
struct ImageRun {
  let source: PictureSampler
  let network: EDM2Network
  let seeds: [Int]
  let classIndex: Int?
  let folder: ImageFolder
  let overwrite: Bool
  let isQuiet: Bool

  private var sampler: Sampler { source.sampler }

  /// An image that lies in the folder.
  struct Image {
    var path: String
    var seed: Int
    var classIndex: Int?
    var isNew: Bool
    var picture: Picture?
  }

  /// Calls `body` for each image as soon as its file is whole: first those that were there, then
  /// the new ones in the order of their seeds.
  ///
  /// - Throws: what sampling throws, what `body` throws, or ``FileError``; whole files stay.
  func images(_ body: (Image) throws -> Void) async throws {
    if let first = seeds.first { try folder.make(for: first) }
    var missing: [Int] = []
    var differs = false
    for seed in seeds {
      let path = folder.file(seed)
      guard !overwrite, folder.isComplete(seed, hasLatents: drawsPreviews) else {
        missing.append(seed)
        continue
      }
      let recipe = try? recipe(in: path)
      if let recipe, recipe.differsInAlgorithms(from: sampler) {
        throw Failure(
          "\(path) was made with algorithms \(recipe.algorithms.prefix(8)), this run would use "
            + "\(sampler.plans.algorithms.prefix(8)): choose another --outdir, --accuracy or "
            + "--overwrite")
      }
      if !differs, let recipe, !recipe.agrees(with: source, classIndex: classIndex) {
        differs = true
        Console.complain("warning: \(path) was made otherwise and is kept; --overwrite redoes it")
      }
      try body(Image(path: path, seed: seed, classIndex: recipe?.classIndex, isNew: false))
    }
    if missing.count < seeds.count && !isQuiet {
      Console.complain("\(seeds.count - missing.count) images were there already")
    }
    try await draw(missing, body)
  }

  private func draw(_ seeds: [Int], _ body: (Image) throws -> Void) async throws {
    guard !seeds.isEmpty else { return }
    if drawsPreviews && !isQuiet {
      Console.complain(
        "the network draws latents: .npy files hold them, the pictures are previews; "
          + VAEOptions.advice)
    }
    let progress = Progress(total: seeds.count, isQuiet: isQuiet)
    defer { progress.finish() }
    var pictures = source.pictures(seeds: seeds, classIndex: classIndex) {
      progress.update($0.fraction * Double(seeds.count))
    }
    while let item = try await pictures.next() {
      let image = item.image
      try folder.write(item, source.recipe(of: image))
      progress.count()
      progress.clear()
      try body(
        Image(
          path: folder.file(image.seed), seed: image.seed, classIndex: image.classIndex,
          isNew: true, picture: item.picture))
    }
  }

  /// Whether latents are written as they are.
  private var drawsPreviews: Bool { network.drawsLatents && source.decoder == nil }

  private func recipe(in path: String) throws -> Recipe {
    guard let text = try PNG.texts(of: readFile(path))[Recipe.keyword] else {
      throw Failure("\(path) has no recipe")
    }
    return try Recipe(text: text)
  }

  /// An image with its place on a sheet.
  func gridItem(_ image: Image) throws -> ImageGrid.Item {
    let name = image.classIndex.map(network.className)
    let picture: Picture
    do {
      picture = try image.picture ?? PNG.decode(readFile(image.path)).picture
    } catch let error as PNGError {
      throw Failure("\(image.path): \(error.reason); --overwrite draws it again")
    }
    return ImageGrid.Item(
      seed: image.seed, caption: (name.map { "\($0) · " } ?? "") + "\(image.seed)", picture: picture
    )
  }
}

extension Recipe {
  /// Whether nothing but the algorithms keeps the image from being what `sampler` draws: then its
  /// last bits are not those of the rest of a run.
  fileprivate func differsInAlgorithms(from sampler: Sampler) -> Bool {
    device == sampler.plans.deviceName && version == libraryVersion
      && algorithms != sampler.plans.algorithms
  }

  /// Whether an image of this recipe is what `source` would draw, the device aside.
  func agrees(with source: PictureSampler, classIndex: Int?) -> Bool {
    let networks = source.sampler.plans.recipeNetworks
    return settings == source.sampler.settings && [main] + guides == networks
      && decoder?.sha256 == source.decoder?.recipeEntry.sha256
      && (classIndex == nil || classIndex == self.classIndex)
  }
}
