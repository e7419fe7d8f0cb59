import Figures
import Foundation
import GuidedDiffusion

/// Draws the images of many seeds straight into statistics of their features.
///
/// The file of statistics is replaced after every block, so that a run that was stopped at any
/// moment goes on with the next one.
struct EvaluationRun {
  let sampler: Sampler
  let extractor: FeatureExtractor
  let classIndex: Int?

  /// Ranges of seeds, in order.
  let seeds: [Range<Int>]

  /// File of the statistics.
  let path: String

  /// Where images are kept, if they are.
  let folder: ImageFolder?

  let isQuiet: Bool

  /// Draws what is missing.
  ///
  /// - Returns: the statistics of all seeds, and of what else was in the file.
  /// - Throws: what sampling throws; ``Failure`` if the file is of another run.
  func statistics() async throws -> FeatureStatistics {
    var statistics = try earlier()
    let blocks = seeds.flatMap(FeatureStatistics.blocks).filter { !statistics.contains($0) }
    let total = seeds.reduce(0) { $0 + $1.count }
    let missing = blocks.reduce(0) { $0 + $1.count }
    if missing < total && !isQuiet {
      Console.complain("\(total - missing) images were there already")
    }
    guard missing > 0 else { return statistics }
    let progress = Progress(total: missing, isQuiet: isQuiet)
    defer { progress.finish() }
    let images = sampler.images(seeds: blocks.joined(), classIndex: classIndex) {
      progress.update($0.fraction * Double(missing))
    }
    var iterator = images.makeAsyncIterator()
    for numbers in blocks {
      var block = FeatureBlock(numbers)
      while !block.isComplete, let image = try await iterator.next() {
        try folder?.write(image, sampler.recipe(of: image))
        block.append(Picture(image))
        progress.count()
      }
      try statistics.add(numbers, try block.moments(extractor))
      try statistics.write(to: path)
    }
    return statistics
  }

  /// What an earlier run left.
  private func earlier() throws -> FeatureStatistics {
    let source = try extractor.source(images: images())
    guard isRegularFile(path) else { return FeatureStatistics(source) }
    let statistics = try FeatureStatistics(path)
    guard statistics.source == source else {
      throw Failure(
        "\(path) is of other images, features or algorithms: choose another --dest")
    }
    return statistics
  }

  /// Names networks, settings, class, device and version by the digest of a recipe without seed.
  private func images() throws -> String {
    let networks = sampler.plans.recipeNetworks
    let recipe = Recipe(
      device: sampler.plans.deviceName, algorithms: sampler.plans.algorithms, main: networks[0],
      guides: Array(networks.dropFirst()), seed: 0, classIndex: classIndex,
      settings: sampler.settings)
    var digest = SHA256()
    digest.update(try recipe.text)
    return "sampler \(digest.finish())"
  }
}
