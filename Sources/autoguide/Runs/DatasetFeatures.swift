import Datasets
import Figures
import GuidedDiffusion

/// Statistics of the pictures of a folder, a zip file or an IDX file.
struct DatasetFeatures {
  let images: ImageSource

  /// Places of the pictures that count, in order.
  let places: [Int]

  /// What the statistics say about their images.
  let description: String

  let isQuiet: Bool

  /// Pictures of a source.
  ///
  /// - Parameters:
  ///   - path: as ``ImageSource`` takes it.
  ///   - count: number of pictures; a random choice of as many, all if nil.
  ///   - seed: of the choice.
  ///   - isQuiet: whether progress is not shown.
  /// - Throws: ``DatasetError``; ``SettingsError`` if there are fewer pictures.
  init(_ path: String, count: Int?, seed: Int, isQuiet: Bool) throws {
    images = try ImageSource(path)
    let count = count ?? images.count
    guard 2...images.count ~= count else {
      throw SettingsError(
        images.count < 2
          ? "\(path): statistics need two images or more"
          : "--images is \(count): \(path) has 2 to \(images.count)")
    }
    var places = Array(0..<images.count)
    if count < images.count {
      // The official choice: NumPy's shuffle, the first, in order.
      var generator = RandomState(seed: UInt32(truncatingIfNeeded: seed))
      generator.shuffle(&places)
      places = places.prefix(count).sorted()
    }
    self.places = places
    let name = path.split(separator: "/").last.map(String.init) ?? path
    description =
      count < images.count
      ? "\(name), \(count) of \(images.count) images, seed \(seed)" : "\(name), \(count) images"
    self.isQuiet = isQuiet
  }

  /// Reads all pictures and computes their features.
  func statistics(_ extractors: FeatureExtractors) throws -> ImageStatistics {
    var statistics = extractors.statistics(images: description)
    let progress = Progress(total: places.count, isQuiet: isQuiet)
    defer { progress.finish() }
    for numbers in FeatureStatistics.blocks(0..<places.count) {
      var block = FeatureBlock(numbers)
      for number in numbers { block.append(try images.picture(places[number])) }
      try statistics.add(numbers, try extractors.features(of: block.pictures))
      for _ in numbers { progress.count() }
      progress.update(Double(numbers.upperBound))
      try Task.checkCancellation()
    }
    return statistics
  }
}
