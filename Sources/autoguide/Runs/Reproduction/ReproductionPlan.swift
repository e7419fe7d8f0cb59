import Foundation
import GuidedDiffusion

/// What reproducing a result will take: files, work and time, with nothing downloaded.
struct ReproductionPlan: Encodable {
  var preset: String
  var metric: String
  var published: Double
  var files: [File]
  var bytesToDownload: Int
  var images: Int
  var evaluationsPerImage: Int
  var multiplyAddsPerImage: Int
  var device: String
  var peakFlops: Double?
  var estimatedSeconds: Double?
  private var isLeast: Bool
  private var hasGuide: Bool

  /// A file that is needed.
  struct File: Encodable {
    var file: String
    var bytesToDownload: Int
    /// How it comes: `there`, `download`, `reconstruct` or `scripts/fetch-inception`.
    var action: String
  }

  private enum CodingKeys: CodingKey {
    case preset, metric, published, files, bytesToDownload, images, evaluationsPerImage
    case multiplyAddsPerImage, device, peakFlops, estimatedSeconds
  }

  /// The plan for a result.
  ///
  /// - Parameters:
  ///   - preset: the result.
  ///   - images: of all ranges together.
  ///   - speed: of the device.
  init(_ preset: Preset, images: Int, speed: DeviceSpeed) {
    let (plan, cost) = (FetchPlan([preset], isComplete: true), preset.cost)
    self.preset = preset.name
    (metric, published) = (preset.metric.rawValue, preset.published)
    files = plan.items.map(File.init) + (preset.metric == .fid ? [.inception] : [])
    bytesToDownload = files.reduce(0) { $0 + $1.bytesToDownload }
    self.images = images
    evaluationsPerImage = cost.mainEvaluations + cost.guideEvaluations
    multiplyAddsPerImage = cost.total
    (device, peakFlops) = (speed.name, speed.peak)
    estimatedSeconds = speed.seconds(cost, images: images)
    isLeast = !speed.isMeasured
    hasGuide = preset.method == .unguided || preset.guide != nil
  }

  /// A row of the table of all results.
  var line: String {
    let columns = [
      (preset, 46), (Units.bytes(bytesToDownload), 8), ("\(evaluationsPerImage)", 12), (work, 12),
      (time, 0),
    ]
    return columns.map { text, width in
      text + String(repeating: " ", count: max(0, width - text.count))
    }.joined(separator: " ")
  }

  /// The head of that table.
  static let header =
    "PRESET                                         DOWNLOAD EVALUATIONS  TMAC/IMAGE   TIME"

  /// Some lines for people.
  var lines: [String] {
    var lines = ["\(preset): \(metric) \(Units.number(published)) published"]
    for file in files {
      let size = file.bytesToDownload > 0 ? "\(Units.bytes(file.bytesToDownload)), " : ""
      lines.append("  \(file.file)  \(size)\(file.action)")
    }
    if !hasGuide { lines.append("  it is not known which network guides: name one by --gnet") }
    lines.append("to download: \(Units.bytes(bytesToDownload))")
    lines.append(
      "per image: \(evaluationsPerImage) evaluations, \(work) TMAC (multiply-adds) with decoder and "
        + "features")
    lines.append("\(images) images on \(device): \(time)")
    return lines
  }

  private var work: String { Units.threeDigits(Double(multiplyAddsPerImage) * 1e-12) }

  private var time: String {
    guard let estimatedSeconds, let peakFlops else { return "not estimated on the fallback" }
    let peak = "at a peak of \(Units.threeDigits(peakFlops * 1e-9)) GFLOP/s"
    let days = estimatedSeconds / 86400
    let time = days < 2 ? Units.duration(estimatedSeconds) : "\(Units.threeDigits(days)) days"
    return "\(isLeast ? "at least" : "about") \(time) \(peak)"
  }
}

extension ReproductionPlan.File {
  fileprivate init(_ item: FetchPlan.Item) {
    (file, bytesToDownload) = (item.name, item.bytes)
    action =
      switch item.action {
      case .nothing: "there"
      case .download: "download"
      case .reconstruct(let count): "reconstruct from about \(count) snapshots"
      }
  }

  /// The weights of Inception-v3, which come out of a package.
  fileprivate static var inception: Self {
    let isThere = isRegularFile(InceptionV3.defaultPath)
    return Self(
      file: URL(fileURLWithPath: InceptionV3.defaultPath).lastPathComponent,
      bytesToDownload: isThere ? 0 : 87_000_000,
      action: isThere ? "there" : "scripts/fetch-inception")
  }
}
