import Foundation
import GuidedDiffusion

/// Figures of one measurement, for people or for programs.
struct Report: Codable {
  let name: String
  let device: String
  let batch: Int
  let medianSeconds: Double
  let spread: Double
  let repeats: Int
  let gflops: Double
  let peakGflops: Double
  let peakRatio: Double
  let peakRSSBytes: Int
  var imagesPerSecond: Double?

  /// How a convolution was computed.
  var algorithm: String?

  /// Largest error over the root mean square of the exact result.
  var error: Double?

  /// Cost of guidance beyond that of the two networks, as a part of it.
  var overhead: Double?

  /// Launches of one run, and the part of it that is not within them.
  var launches: Int?
  var launchShare: Double?

  /// The part of a run that only brings numbers into another order.
  var packingShare: Double?

  /// Median on a machine with a peak of 200 GFLOP/s.
  var scaledSeconds: Double?

  enum CodingKeys: String, CodingKey {
    case name, device, batch, spread, repeats, gflops, algorithm, error, overhead, launches
    case launchShare = "launch_share"
    case packingShare = "packing_share"
    case medianSeconds = "median_seconds"
    case peakGflops = "peak_gflops"
    case peakRatio = "peak_ratio"
    case peakRSSBytes = "peak_rss_bytes"
    case imagesPerSecond = "images_per_second"
    case scaledSeconds = "scaled_seconds"
  }

  init(_ subject: Subject, _ measurement: Measurement, on device: OpenCLDevice) {
    name = subject.name
    self.device = device.name
    batch = subject.batch
    medianSeconds = measurement.median
    spread = measurement.spread
    repeats = measurement.seconds.count
    gflops = measurement.speed * 1e-9
    peakGflops = measurement.peak * 1e-9
    peakRatio = measurement.speed / measurement.peak
    peakRSSBytes = peakResidentBytes()
    imagesPerSecond = subject.images.map { Double($0) / measurement.median }
  }

  /// Prints one line, or one JSON object.
  func show(json: Bool) throws { try Output.write(json ? Output.json(self) : line) }

  /// For people.
  var line: String {
    var text = String(
      format: "%@  %.1f ms ±%.1f %%  %.0f GFLOP/s  (%.2fx the FMA peak of %.0f)", "\(key)",
      medianSeconds * 1e3, spread * 100, gflops, peakRatio, peakGflops)
    if let imagesPerSecond { text += String(format: "  %.2f images/s", imagesPerSecond) }
    if let error { text += String(format: "  error %.1e", error) }
    if let overhead { text += String(format: "  guidance overhead %+.1f %%", overhead * 100) }
    if let launches, let launchShare, let packingShare {
      text += String(
        format: "  %d launches %.1f %% + packing %.1f %% = %.1f %%", launches, launchShare * 100,
        packingShare * 100, (launchShare + packingShare) * 100)
    }
    if let scaledSeconds {
      text += String(format: "  %.2f s at 200 GFLOP/s", scaledSeconds)
    } else if algorithm == nil {
      text += String(format: "  %.2f GB", Double(peakRSSBytes) * 1e-9)
    }
    return text
  }
}

/// Standard output, line by line at once, also into a pipe.
enum Output {
  static func write(_ line: String) {
    FileHandle.standardOutput.write(Data((line + "\n").utf8))
  }

  /// One line with sorted keys.
  static func json(_ value: some Encodable) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return String(decoding: try encoder.encode(value), as: UTF8.self)
  }
}
