import Figures
import Foundation
import GuidedDiffusion

/// Makes a dataset of latents in the official format: `00000/img-mean-std-00000000.npy`, ..., means
/// and standard deviations `[2 C, H, W]` in fp32, and `dataset.json`.
///
/// The same source, network and device give the same bytes.
public struct DatasetEncoding: Sendable {
  /// Most images that are taken; all if nil.
  public var maxImages: Int?

  /// An encoding of all images.
  public init() {}

  /// Encodes.
  ///
  /// - Parameters:
  ///   - source: images of one size; grey ones count as RGB.
  ///   - encoder: what makes the latents.
  ///   - path: of the zip file to write; replaced when it is complete.
  ///   - progress: called with the number of images done; what it throws ends the work.
  /// - Returns: number of images written.
  /// - Throws: ``DatasetError`` if an image is damaged or of an unsuitable size, ``FileError``,
  ///   what the device reports.
  @discardableResult
  public func run(
    _ source: ImageSource, by encoder: LatentEncoder, to path: String,
    progress: (Int) throws -> Void = { _ in }
  ) throws -> Int {
    var archive = try ZIPWriter(path)
    var labels: [JSON] = []
    var first: Picture?
    let count = min(source.count, maxImages ?? .max)
    for start in stride(from: 0, to: count, by: encoder.batch) {
      try progress(start)
      let numbers = start..<min(start + encoder.batch, count)
      var pixels: [UInt8] = []
      for index in numbers {
        let picture = try source.picture(index).asRGB
        try check(picture, first, of: source, index, encoder)
        first = first ?? picture
        pixels += picture.pixels
      }
      guard let first else { break }
      let edge = first.width / encoder.pixelsPerLatent
      let moments = try encoder.moments(of: pixels, height: first.height, width: first.width)
      for (index, moments) in zip(numbers, moments) {
        let digits = String(format: "%08d", index)
        let name = "\(digits.prefix(5))/img-mean-std-\(digits).npy"
        try archive.append(name, NPY.encode(moments, shape: [2 * encoder.channels, edge, edge]))
        if let classes = source.classes {
          labels.append(.array([.string(name), .integer(classes[index])]))
        }
      }
    }
    let metadata = JSON.object([.init("labels", source.classes == nil ? .null : .array(labels))])
    try archive.append("dataset.json", Array(metadata.description.utf8))
    try archive.commit()
    try progress(count)
    return count
  }

  private func check(
    _ picture: Picture, _ first: Picture?, of source: ImageSource, _ index: Int,
    _ encoder: LatentEncoder
  ) throws(DatasetError) {
    let (width, height) = (picture.width, picture.height)
    func error(_ reason: String) -> DatasetError {
      DatasetError(source.path, reason: "image \(index) is \(width) x \(height)\(reason)")
    }
    guard width == height, width % encoder.pixelsPerLatent == 0 else {
      throw error(
        ": latents need squares of a multiple of \(encoder.pixelsPerLatent) pixels;"
          + " use 'autoguide dataset convert' first")
    }
    if let first, first.width != width {
      throw error(
        ", the first \(first.width) x \(first.width); use 'autoguide dataset convert' first")
    }
  }
}
