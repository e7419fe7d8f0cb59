import Foundation

/// The name of a snapshot: `<prefix>-<kimg, 7 digits>-<EMA, 3 decimals>`, for example
/// `network-snapshot-0008388-0.100.pkl`.
public struct SnapshotName: Hashable, Sendable {
  /// For example `network-snapshot` or `phema`.
  public let prefix: String

  /// Images of the training so far in thousands, rounded down.
  public let kimg: Int

  /// The average's σ_rel.
  public let average: PowerFunctionEMA

  /// A name of its parts.
  public init(prefix: String, kimg: Int, average: PowerFunctionEMA) {
    self.prefix = prefix
    self.kimg = kimg
    self.average = average
  }

  /// The parts of a file's name; nil for other names.
  ///
  /// - Parameter fileName: without folder, ending in `.pkl` or `.safetensors`.
  public init?(fileName: String) {
    guard let ending = [".pkl", ".safetensors"].first(where: fileName.hasSuffix) else { return nil }
    let parts = fileName.dropLast(ending.count).split(
      separator: "-", omittingEmptySubsequences: false)
    guard parts.count >= 3 else { return nil }
    let (kimg, length) = (parts[parts.count - 2], parts[parts.count - 1])
    let isNumber = { (text: Substring) in !text.isEmpty && text.allSatisfy(\.isWholeNumber) }
    let decimals = length.split(separator: ".", omittingEmptySubsequences: false)
    guard isNumber(kimg), let kimg = Int(kimg), decimals.count == 2, decimals.allSatisfy(isNumber),
      let average = Double(length).flatMap(PowerFunctionEMA.init)
    else { return nil }
    self.init(prefix: parts.dropLast(2).joined(separator: "-"), kimg: kimg, average: average)
  }

  /// The name of a safetensors file.
  public var fileName: String { "\(stem).safetensors" }

  /// The name without ending.
  public var stem: String {
    let digits = String(kimg)
    let zeros = String(repeating: "0", count: max(0, 7 - digits.count))
    return "\(prefix)-\(zeros)\(digits)-\(String(format: "%.3f", average.length))"
  }

  /// Images of the training so far: the number that the official trainer, which saves at multiples
  /// of 1024 images, had reached; the thousands themselves if there is no such multiple.
  public var images: Int {
    let images = (kimg * 1000 + 999) / 1024 * 1024
    return images / 1000 == kimg ? images : kimg * 1000
  }
}
