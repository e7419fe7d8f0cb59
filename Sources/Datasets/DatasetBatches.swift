import Figures
import GuidedDiffusion

/// A training's batches out of a dataset: images and label vectors, drawn without end.
///
/// Pixels become x = pixel / 127.5 - 1; latents are drawn from their means and deviations. Decoded
/// pixels stay in memory up to a budget, so that a small dataset is read once.
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
  private let latents: LatentDraws?
  private var kept: [Int: [UInt8]] = [:]
  private let mostKept: Int

  /// Goes on after `drawn` images.
  ///
  /// - Parameters:
  ///   - dataset: of pixels or latents.
  ///   - seed: of the order, and of the latents.
  ///   - drawn: images drawn before.
  ///   - mirrors: whether every image is also drawn mirrored left to right.
  ///   - memory: bytes of decoded pixels that may be kept.
  /// - Throws: ``DatasetError`` if latents are to be mirrored, or are not those of the published
  ///   networks' autoencoder.
  public init(
    _ dataset: Dataset, seed: Int, drawn: Int = 0, mirrors: Bool = false, memory: Int = 1 << 29
  ) throws(DatasetError) {
    latents = dataset.isLatent ? LatentDraws(.publishedLatents, seed: seed) : nil
    let shape = dataset.shape
    if let latents {
      guard shape.channels == 2 * latents.channels else {
        throw DatasetError(
          dataset.source,
          reason: "latents of \(shape.channels) channels, not \(2 * latents.channels)")
      }
      guard !mirrors else {
        throw DatasetError(
          dataset.source, reason: "latents cannot be mirrored; mirror the images before encoding")
      }
    }
    self.dataset = dataset
    sampler = EndlessSampler(
      count: mirrors ? 2 * dataset.count : dataset.count, seed: seed, drawn: drawn)
    mostKept = memory / (shape.channels * shape.height * shape.width)
  }

  /// Channels of the images that are drawn.
  public var channels: Int { latents?.channels ?? dataset.shape.channels }

  /// The next images.
  ///
  /// - Parameter count: N.
  /// - Returns: the batch.
  /// - Throws: ``DatasetError`` if an image is damaged or of another size.
  public func next(_ count: Int) throws(DatasetError) -> Batch {
    var batch = Batch(images: [], labels: [])
    for _ in 0..<count {
      let drawn = sampler.drawn
      let place = sampler.next()
      let index = place % dataset.count
      if let latents {
        guard case .moments(let moments) = try dataset.image(index) else { continue }
        batch.images += latents.latents(of: moments, place: drawn)
      } else {
        let pixels = try pixels(index, isMirrored: place >= dataset.count)
        batch.images += pixels.map { Float($0) / 127.5 - 1 }
      }
      batch.labels += dataset.labels.vector(index)
    }
    return batch
  }

  private func pixels(_ index: Int, isMirrored: Bool) throws(DatasetError) -> [UInt8] {
    let pixels = try pixels(index)
    guard isMirrored else { return pixels }
    let shape = dataset.shape
    return Picture(
      width: shape.width, height: shape.height, channels: shape.channels, pixels: pixels
    ).mirrored.pixels
  }

  private func pixels(_ index: Int) throws(DatasetError) -> [UInt8] {
    if let pixels = kept[index] { return pixels }
    guard case .pixels(let picture) = try dataset.image(index) else { return [] }
    if kept.count < mostKept { kept[index] = picture.pixels }
    return picture.pixels
  }
}
