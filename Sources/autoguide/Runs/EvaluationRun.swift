import Figures
import Foundation
import GuidedDiffusion

/// Draws the images of many seeds straight into statistics of their features.
///
/// The file of statistics is replaced after every block, so that a run that was stopped at any
/// moment goes on with the next one.
struct EvaluationRun {
  let drawing: PictureSampler
  let extractors: FeatureExtractors
  let classIndex: Int?

  /// Ranges of seeds, in order.
  var seeds: [Range<Int>]

  /// File of the statistics.
  var path: String

  /// Where images are kept, if they are.
  var folder: ImageFolder?

  /// Ranges of seeds whose images other files hold: they are not drawn.
  var elsewhere: [Range<Int>] = []

  /// Draws what is missing, and says how far it is.
  ///
  /// - Returns: the statistics of all seeds, and of what else was in the file.
  /// - Throws: what sampling throws; ``Failure`` if the file is of another run.
  func statistics(isQuiet: Bool) async throws -> ImageStatistics {
    let earlier = try earlier()
    let missing = missing(in: earlier).reduce(0) { $0 + $1.count }
    let total = seeds.reduce(0) { $0 + $1.count }
    if missing < total && !isQuiet {
      Console.complain("\(total - missing) images were there already")
    }
    let progress = Progress(total: missing, isQuiet: isQuiet)
    defer { progress.finish() }
    return try await complete(earlier, progress) { progress.update($0 * Double(missing)) }
  }

  /// The parts of blocks that statistics lack.
  func missing(in statistics: ImageStatistics) -> [Range<Int>] {
    seeds.flatMap(FeatureStatistics.blocks).filter { block in
      !statistics.contains(block)
        && !elsewhere.contains {
          $0.lowerBound <= block.lowerBound && block.upperBound <= $0.upperBound
        }
    }
  }

  /// Draws what is missing.
  ///
  /// - Parameters:
  ///   - earlier: what ``earlier()`` gave.
  ///   - progress: counts whole images.
  ///   - report: called with the share of the missing images that is done, on another thread.
  /// - Returns: the statistics of all seeds, and of what else was in the file.
  /// - Throws: what sampling throws; whole blocks are in the file.
  func complete(
    _ earlier: ImageStatistics, _ progress: Progress,
    report: @escaping @Sendable (Double) -> Void
  ) async throws -> ImageStatistics {
    var statistics = earlier
    let blocks = missing(in: earlier)
    guard !blocks.isEmpty else { return earlier }
    var pictures = drawing.pictures(seeds: blocks.joined(), classIndex: classIndex) {
      report($0.fraction)
    }
    for numbers in blocks {
      var block = FeatureBlock(numbers)
      while !block.isComplete, let item = try await pictures.next() {
        try folder?.write(item, drawing.recipe(of: item.image))
        block.append(item.picture)
        progress.count()
      }
      try add(block, to: &statistics)
    }
    return statistics
  }

  // Inlined into asynchronous functions, typed errors crash the optimiser of Swift 6.3.
  @inline(never)
  private func add(_ block: FeatureBlock, to statistics: inout ImageStatistics) throws {
    try statistics.add(block.numbers, try extractors.features(of: block.pictures))
    try statistics.write(to: path)
  }

  /// What an earlier run left, less parts of blocks that are to be computed as a whole.
  ///
  /// - Throws: ``Failure`` if the file is of another run, or of seeds that cannot be extended.
  func earlier() throws -> ImageStatistics {
    let empty = try empty()
    guard isRegularFile(path) else { return empty }
    var statistics = try ImageStatistics(path)
    guard statistics.emptied == empty else {
      throw Failure(
        "\(path) is of other images, features or algorithms: choose another --dest")
    }
    for block in missing(in: statistics) {
      statistics.removeParts(of: block)
      if let other = statistics.numbers.first(where: { $0.overlaps(block) }) {
        throw Failure(
          "\(path) holds the seeds \(other.lowerBound)-\(other.upperBound - 1): ask for them all")
      }
    }
    return statistics
  }

  /// Statistics of nothing yet, which say what they are of: networks, settings, class, device and
  /// version by the digest of a recipe without seed.
  func empty() throws -> ImageStatistics {
    var recipe = drawing.sampler.recipe(seed: 0, classIndex: classIndex)
    recipe.decoder = drawing.decoder?.recipeEntry
    var digest = SHA256()
    digest.update(try recipe.text)
    return extractors.statistics(images: "sampler \(digest.finish())")
  }
}
