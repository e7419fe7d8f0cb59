import Figures

/// A training's batches out of a dataset of pixels: images and label vectors, drawn without end.
///
/// x = pixel / 127.5 - 1. Decoded pixels stay in memory up to a budget, so that a small dataset is
/// read once.
public final class DatasetBatches {
  /// One batch.
  public struct Batch: Sendable {
    /// `[N, H, W, C]`.
    public var images: [Float]

    /// `[N, label width]`.
    public var labels: [Float]
  }

  /// Images drawn so far: all that is needed to go on.
  public var drawn: Int { sampler.drawn }

  /// What is drawn from.
  public let dataset: Dataset

  private var sampler: EndlessSampler
  private var kept: [Int: [UInt8]] = [:]
  private let mostKept: Int

  /// Goes on after `drawn` images.
  ///
  /// - Parameters:
  ///   - dataset: of pixels.
  ///   - seed: of the order.
  ///   - drawn: images drawn before.
  ///   - mirrors: whether every image is also drawn mirrored left to right.
  ///   - memory: bytes of decoded pixels that may be kept.
  /// - Throws: ``DatasetError`` if the images are latents, for which training draws noise.
  public init(
    _ dataset: Dataset, seed: Int, drawn: Int = 0, mirrors: Bool = false, memory: Int = 1 << 29
  ) throws(DatasetError) {
    guard !dataset.isLatent else {
      throw DatasetError(dataset.source, reason: "latents: batches are of pixels only")
    }
    self.dataset = dataset
    sampler = EndlessSampler(
      count: mirrors ? 2 * dataset.count : dataset.count, seed: seed, drawn: drawn)
    let shape = dataset.shape
    mostKept = memory / (shape.channels * shape.height * shape.width)
  }

  /// The next images.
  ///
  /// - Parameter count: N.
  /// - Returns: the batch.
  /// - Throws: ``DatasetError`` if an image is damaged or of another size.
  public func next(_ count: Int) throws(DatasetError) -> Batch {
    var batch = Batch(images: [], labels: [])
    for _ in 0..<count {
      let place = sampler.next()
      let index = place % dataset.count
      var pixels = try pixels(index)
      if place >= dataset.count {
        let shape = dataset.shape
        pixels =
          Picture(
            width: shape.width, height: shape.height, channels: shape.channels, pixels: pixels
          ).mirrored.pixels
      }
      batch.images += pixels.map { Float($0) / 127.5 - 1 }
      batch.labels += dataset.labels.vector(index)
    }
    return batch
  }

  private func pixels(_ index: Int) throws(DatasetError) -> [UInt8] {
    if let pixels = kept[index] { return pixels }
    guard case .pixels(let picture) = try dataset.image(index) else { return [] }
    if kept.count < mostKept { kept[index] = picture.pixels }
    return picture.pixels
  }
}
