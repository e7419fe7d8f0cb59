import Foundation

/// A network that the authors of EDM2 published, or one that can be reconstructed from the
/// snapshots they published.
///
/// The files are licensed CC BY-NC-SA by their authors; they are not part of this package.
public struct PublishedNetwork: Hashable, Sendable {
  /// What it was trained on.
  public let data: DataSet

  /// Number of channels.
  public let size: Size

  /// Whether it was trained without classes.
  public let isUnconditional: Bool

  /// Length of training in thousands of images.
  public let kimg: Int

  /// Length of the moving average of the weights, sigma_rel, in thousandths.
  public let emaThousandths: Int

  /// Training data.
  public enum DataSet: String, CaseIterable, Sendable {
    /// ImageNet at 512x512, as 64x64 latents.
    case img512
    /// ImageNet at 64x64 pixels.
    case img64
  }

  /// Sizes, by model channels: 128, 192, 256, 320, 384, 448.
  public enum Size: String, CaseIterable, Sendable {
    case xs, s, m, l, xl, xxl
  }

  /// Length of the moving average, sigma_rel.
  public var ema: Double { Double(emaThousandths) / 1000 }

  /// Data, size and kind, for example `edm2-img512-xs-uncond`.
  public var model: String {
    "edm2-\(data.rawValue)-\(size.rawValue)" + (isUnconditional ? "-uncond" : "")
  }

  /// For example `edm2-img512-xs-0134217-0.125`.
  public var name: String {
    "\(model)-\(padded(kimg, 7))-0.\(padded(emaThousandths, 3))"
  }

  /// Name of the published file.
  public var fileName: String { "\(name).pkl" }

  /// Where the file is published, if it is.
  public var url: String { "\(Self.root)/posthoc-reconstructions/\(fileName)" }

  /// Folder of the snapshots from which the network can be reconstructed with any moving average.
  public var snapshots: String { "\(Self.root)/raw-snapshots/\(model)/" }

  /// Folder of everything that is published.
  static let root = "https://nvlabs-fi-cdn.nvidia.com/edm2"

  /// The licence of the files.
  public static let licence = "CC BY-NC-SA"
}

extension PublishedNetwork.DataSet {
  /// Reference statistics of the training images for FID and FD_DINOv2.
  public var referenceStatistics: String {
    "\(PublishedNetwork.root)/dataset-refs/\(rawValue).pkl"
  }
}

/// Decimal digits with leading zeros.
private func padded(_ number: Int, _ digits: Int) -> String {
  let text = String(number)
  return String(repeating: "0", count: max(0, digits - text.count)) + text
}
