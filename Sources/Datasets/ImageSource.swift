import Figures
import Foundation
import GuidedDiffusion

/// Images of any size with classes, as they are found: what a dataset is made from.
public final class ImageSource {
  /// Path of the source.
  public let path: String

  /// Number of images.
  public let count: Int

  /// The class of each image; nil if nothing is known.
  public let classes: [Int]?

  /// Whether the images are known to be grey, as those of IDX files are.
  public let isGrey: Bool

  private let read: (Int) throws(DatasetError) -> Picture

  /// Opens a source.
  ///
  /// - Parameter path: a folder or zip file of PNG images, with `dataset.json` or, without, a
  ///   folder per class; or an IDX file of images (`...-images-idx3-ubyte`, also `.gz`) with its
  ///   labels beside it; or a folder of such files, which stands for the training part.
  /// - Throws: ``DatasetError``.
  public convenience init(_ path: String) throws(DatasetError) {
    let parts = ["", ".gz"].map { "\(path)/train-images-idx3-ubyte\($0)" }
    if let part = parts.first(where: { FileManager.default.fileExists(atPath: $0) }) {
      try self.init(idx: part)
    } else if path.contains("-images-idx") || path.contains("-images.idx") {
      try self.init(idx: path)
    } else {
      try self.init(openFiles(path))
    }
  }

  private init(idx path: String) throws(DatasetError) {
    let images = try IDXFile(path)
    guard images.shape.count == 3 else {
      throw DatasetError(path, reason: "an array of \(images.shape), not of images")
    }
    let (height, width) = (images.shape[1], images.shape[2])
    // ...-images-idx3-ubyte.gz and ...-labels-idx1-ubyte.gz
    let name = (path as NSString).lastPathComponent
      .replacingOccurrences(of: "images", with: "labels")
      .replacingOccurrences(of: "idx3", with: "idx1")
    let labels = try IDXFile(
      (path as NSString).deletingLastPathComponent.isEmpty
        ? name : "\((path as NSString).deletingLastPathComponent)/\(name)")
    guard labels.shape == [images.shape[0]] else {
      throw DatasetError(
        path, reason: "\(images.shape[0]) images and labels of shape \(labels.shape)")
    }
    self.path = path
    isGrey = true
    count = images.shape[0]
    classes = labels.elements.map(Int.init)
    read = { index throws(DatasetError) in
      let start = index * width * height
      return Picture(
        width: width, height: height, channels: 1,
        pixels: Array(images.elements[start..<start + width * height]))
    }
  }

  private init(_ files: any FileCollection) throws(DatasetError) {
    let names = try Dataset.images(files)
    guard !names[0].hasSuffix(".npy") else {
      throw DatasetError(files.source, reason: "latents cannot be converted, only PNG images")
    }
    path = files.source
    isGrey = false
    count = names.count
    switch try Labels(files, names: names) {
    case .classes(let known, _): classes = known
    case .vectors:
      throw DatasetError(files.source, member: "dataset.json", reason: "classes must be numbers")
    case .none: classes = Self.classesOfFolders(names)
    }
    read = { index throws(DatasetError) in
      guard case .pixels(let picture) = try Dataset.read(names[index], files).image else {
        throw DatasetError(files.source, member: names[index], reason: "no picture")
      }
      return picture
    }
  }

  /// The picture at a place.
  ///
  /// - Throws: ``DatasetError`` if its file is damaged.
  public func picture(_ index: Int) throws(DatasetError) -> Picture { try read(index) }

  /// The first folder of each name as its class, numbered in their order; nil if there is one only.
  static func classesOfFolders(_ names: [String]) -> [Int]? {
    let folders = names.map { name in
      name.contains("/") ? String(name.prefix { $0 != "/" }) : ""
    }
    let sorted = Set(folders).sortedLikePython()
    guard sorted.count > 1 else { return nil }
    let index = Dictionary(uniqueKeysWithValues: sorted.enumerated().map { ($1, $0) })
    return folders.compactMap { index[$0] }
  }
}
