import Figures
import Foundation
import GuidedDiffusion

/// Makes a dataset in the official format: `00000/img00000000.png`, ... and `dataset.json`.
///
/// The same source and settings give the same bytes.
public struct DatasetConversion: Sendable {
  /// How images are cut; nil resizes to the resolution, if there is one.
  public var transform: ImageTransform?

  /// Width and height of the result.
  public var resolution: (width: Int, height: Int)?

  /// Most images that are taken; all if nil.
  public var maxImages: Int?

  /// Whether grey images stay so; else all become RGB.
  public var keepsGrey = false

  /// A conversion that changes nothing.
  public init() {}

  /// Converts.
  ///
  /// - Parameters:
  ///   - source: the images.
  ///   - path: of the zip file to write; replaced when it is complete.
  ///   - progress: called with the number of images done; what it throws ends the work.
  /// - Returns: number of images written: those that are too small for the transform are left out.
  /// - Throws: ``DatasetError`` if an image is damaged or the sizes differ, ``FileError``.
  @discardableResult
  public func run(
    _ source: ImageSource, to path: String, progress: (Int) throws -> Void = { _ in }
  ) throws -> Int {
    var zip = try ZIPWriter(path)
    var labels: [JSON] = []
    var first: Picture?
    var written = 0
    let count = min(source.count, maxImages ?? .max)
    for index in 0..<count {
      try progress(index)
      guard let picture = convert(try source.picture(index)) else { continue }
      let digits = String(format: "%08d", index)
      let name = "\(digits.prefix(5))/img\(digits).png"
      try check(picture, first, of: source, index)
      first = first ?? picture
      try zip.append(name, PNG.encode(picture))
      written += 1
      if let classes = source.classes {
        labels.append(.array([.string(name), .integer(classes[index])]))
      }
    }
    guard first != nil else {
      throw DatasetError(source.path, reason: "no image is left: all are of an unsuitable size")
    }
    let metadata = JSON.object([.init("labels", source.classes == nil ? .null : .array(labels))])
    try zip.append("dataset.json", Array(metadata.description.utf8))
    try zip.commit()
    try progress(count)
    return written
  }

  private func convert(_ picture: Picture) -> Picture? {
    let picture = keepsGrey ? picture : picture.asRGB
    guard let (width, height) = resolution else { return picture }
    guard let transform else {
      return picture.resized(width: width, height: height, .lanczos)
    }
    return transform.apply(to: picture, width: width, height: height)
  }

  private func check(
    _ picture: Picture, _ first: Picture?, of source: ImageSource, _ index: Int
  ) throws(DatasetError) {
    let (width, height) = (picture.width, picture.height)
    func error(_ reason: String) -> DatasetError {
      DatasetError(source.path, reason: "image \(index) \(reason)")
    }
    guard width == height, width & (width - 1) == 0 else {
      throw error(
        "is \(width) x \(height): datasets need squares of 2, 4, 8, ... pixels;"
          + " choose --resolution and --transform")
    }
    if let first, first.width != width {
      throw error(
        "is \(width) x \(width), the first \(first.width) x \(first.width); choose --resolution")
    }
    if let first, first.channels != picture.channels {
      throw error("has \(picture.channels) channels, the first \(first.channels)")
    }
  }
}
