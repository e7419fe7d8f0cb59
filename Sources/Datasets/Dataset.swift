import Figures
import GuidedDiffusion

/// A dataset to train on: images of one size with labels, in a zip file or a folder of the official
/// format.
///
/// The images are PNG files, or NPY files of latents (`img-mean-std-*.npy`), in the order of their
/// names; labels stand in `dataset.json`. Images are read when asked for.
public final class Dataset {
  /// What an image is.
  public enum Image: Hashable, Sendable {
    /// 8-bit pixels, grey or RGB.
    case pixels(Picture)

    /// Mean and standard deviation of a VAE's latents, `[2 C, H, W]`.
    case moments([Float])
  }

  /// Size of each image.
  public struct Shape: Hashable, Sendable {
    /// 1 for grey, 3 for RGB; means and deviations together for latents.
    public var channels: Int
    /// Rows.
    public var height: Int
    /// Columns.
    public var width: Int
  }

  /// Path of the dataset.
  public var source: String { files.source }

  /// Of all images, in their order.
  public let names: [String]

  /// Number of images.
  public var count: Int { names.count }

  /// What each image is labelled with.
  public let labels: Labels

  /// Size of each image.
  public let shape: Shape

  /// Whether the images are latents.
  public let isLatent: Bool

  private let files: any FileCollection

  /// Opens a dataset: reads its names, its labels and the first image.
  ///
  /// - Parameter path: of a zip file or a folder.
  /// - Throws: ``DatasetError``.
  public init(_ path: String) throws(DatasetError) {
    files = try openFiles(path)
    names = try Self.images(files)
    isLatent = names[0].hasSuffix(".npy")
    labels = try Labels(files, names: names)
    shape = try Self.read(names[0], files).shape
    guard shape.width == shape.height else {
      throw DatasetError(
        path, member: names[0], reason: "\(shape.width) x \(shape.height) pixels, not square")
    }
  }

  /// The image at a place.
  ///
  /// - Parameter index: 0 up to ``count``.
  /// - Returns: the image.
  /// - Throws: ``DatasetError`` if its file is damaged or of another size than the first.
  public func image(_ index: Int) throws(DatasetError) -> Image {
    let (image, found) = try Self.read(names[index], files)
    guard found == shape else {
      throw DatasetError(
        source, member: names[index],
        reason: "\(found) differs from \(shape), the size of the first image")
    }
    return image
  }

  /// Names of the images, sorted.
  static func images(_ files: any FileCollection) throws(DatasetError) -> [String] {
    let endings = [".png", ".npy"]
    let names = files.names.filter { name in endings.contains { name.lowercased().hasSuffix($0) } }
    guard let first = names.first else {
      let others = [".jpg", ".jpeg", ".webp"]
      let other = files.names.first { name in
        others.contains { name.lowercased().hasSuffix($0) }
      }
      throw DatasetError(
        files.source, member: other,
        reason: other == nil ? "there are no images in it" : "images must be PNG files")
    }
    let isLatent = first.hasSuffix(".npy")
    if let other = names.first(where: { $0.hasSuffix(".npy") != isLatent }) {
      throw DatasetError(files.source, member: other, reason: "pixels and latents are mixed")
    }
    return names
  }

  /// Reads one image.
  static func read(
    _ name: String, _ files: any FileCollection
  ) throws(DatasetError) -> (image: Image, shape: Shape) {
    let bytes = try files.read(name)
    if name.hasSuffix(".npy") {
      guard let array = NPYFile(bytes), array.shape.count == 3, array.shape[0] % 2 == 0,
        !array.elements.isEmpty
      else {
        throw DatasetError(
          files.source, member: name, reason: "no NPY file of fp32 means and deviations [2 C, H, W]"
        )
      }
      let shape = array.shape
      return (
        .moments(array.elements), Shape(channels: shape[0], height: shape[1], width: shape[2])
      )
    }
    do throws(PNGError) {
      let picture = try PNG.decode(bytes).picture
      return (
        .pixels(picture),
        Shape(channels: picture.channels, height: picture.height, width: picture.width)
      )
    } catch {
      throw DatasetError(files.source, member: name, reason: "\(error)")
    }
  }
}

extension Dataset.Shape: CustomStringConvertible {
  /// For example `3 x 64 x 64`.
  public var description: String { "\(channels) x \(height) x \(width)" }
}

extension Picture {
  /// The picture mirrored left to right.
  public var mirrored: Picture {
    var mirrored = pixels
    for row in 0..<height {
      for column in 0..<width {
        let (from, to) = (row * width + width - 1 - column, row * width + column)
        for channel in 0..<channels {
          mirrored[to * channels + channel] = pixels[from * channels + channel]
        }
      }
    }
    return Picture(width: width, height: height, channels: channels, pixels: mirrored)
  }
}
