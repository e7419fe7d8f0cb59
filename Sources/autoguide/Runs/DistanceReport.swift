import Foundation
import GuidedDiffusion

/// Metrics of images as they are printed.
struct DistanceReport {
  /// One line.
  struct Line {
    /// As in ``Metric``: `fid`, `precision`, ...
    var name: String

    var value: Double

    /// Number of images, where it is known.
    var images: Int?

    /// Number of reference images, where it is known.
    var referenceImages: Int?
  }

  let lines: [Line]

  /// The metrics of `sample`.
  ///
  /// - Parameters:
  ///   - sample: the images.
  ///   - reference: what they are compared with.
  ///   - metrics: what is computed; the Fréchet distances that both files allow if nil.
  /// - Throws: ``Failure`` if one cannot be computed from what is known.
  init(
    _ sample: StatisticsFile, from reference: StatisticsFile, _ metrics: [Metric]?
  ) throws(Failure) {
    let both = [Metric.fid, .fdDINOv2].filter {
      sample.distributions[$0.features] != nil && reference.distributions[$0.features] != nil
    }
    var lines: [Line] = []
    for metric in metrics ?? (both.isEmpty ? [.fid] : both) {
      let (ours, theirs) = (
        sample.distributions[metric.features], reference.distributions[metric.features]
      )
      for (name, value) in try sample.values(of: metric, from: reference) {
        var line = Line(
          name: name, value: value, images: ours?.count,
          referenceImages: metric == .inceptionScore ? nil : theirs?.count)
        if metric.needsSample {
          line.images = ours?.sample.count
          line.referenceImages = theirs?.sample.count
        }
        if [.precisionRecall, .precisionRecallDINOv2].contains(metric) {
          // Both sides by as many images.
          line.images = min(line.images ?? 0, line.referenceImages ?? 0)
          line.referenceImages = line.images
        }
        lines.append(line)
      }
    }
    self.lines = lines
  }

  /// A line per metric, for example `FID 3.1416  5000 images, reference 10000`.
  var text: String {
    lines.map { line in
      let counts = [
        line.images.map { "\($0) images" }, line.referenceImages.map { "reference \($0)" },
      ].compactMap(\.self).joined(separator: ", ")
      let digits = ["kid", "kd_dinov2"].contains(line.name) ? 6 : 4
      return Self.label(line.name) + String(format: " %.\(digits)f", line.value)
        + (counts.isEmpty ? "" : "  \(counts)")
    }.joined(separator: "\n")
  }

  /// A metric's name as it is printed.
  static func label(_ name: String) -> String {
    switch name {
    case "fd_dinov2": "FD_DINOv2"
    case "kd_dinov2": "KD_DINOv2"
    case "precision_dinov2": "precision (DINOv2)"
    case "recall_dinov2": "recall (DINOv2)"
    case "precision", "recall": name
    default: name.uppercased()
    }
  }

  func print(_ output: OutputOptions) throws {
    if output.json { return try Console.print(json: self) }
    try Console.print(text)
  }
}

extension DistanceReport: Encodable {
  private struct Key: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }

    init(_ name: String) { stringValue = name }
    init?(stringValue: String) { self.init(stringValue) }
    init?(intValue: Int) { nil }
  }

  /// The numbers by their names, and the numbers of images of the first.
  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Key.self)
    for line in lines { try container.encode(line.value, forKey: Key(line.name)) }
    try container.encodeIfPresent(lines.first?.images, forKey: Key("images"))
    try container.encodeIfPresent(
      lines.first?.referenceImages, forKey: Key("referenceImages"))
  }
}
