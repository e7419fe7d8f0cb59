import Foundation
import GuidedDiffusion

/// Times of one thing, in turns with the device's peak.
struct Measurement {
  /// Seconds of each run, ascending.
  let seconds: [Double]

  /// Operations per second of each run of the peak kernel, ascending.
  let peaks: [Double]

  /// Floating-point operations of one run, counted as direct convolution.
  let operations: Double

  /// Runs `body` and the peak kernel in turns.
  init(
    repeats: Int, operations: Double, on context: Context, _ body: () throws -> Void
  ) throws {
    let peak = try FMAPeak(on: context)
    try body()
    _ = try peak.measure()
    var (seconds, peaks): ([Double], [Double]) = ([], [])
    for _ in 0..<repeats {
      seconds.append(try ContinuousClock().measure(body) / .seconds(1))
      peaks.append(try peak.measure())
    }
    self.seconds = seconds.sorted()
    self.peaks = peaks.sorted()
    self.operations = operations
  }

  var median: Double { seconds[seconds.count / 2] }
  var peak: Double { peaks[peaks.count / 2] }
  var speed: Double { operations / median }

  /// Half the distance between the quartiles, as a part of the median.
  var spread: Double {
    (seconds[seconds.count * 3 / 4] - seconds[seconds.count / 4]) / 2 / median
  }
}

/// Figures of one measurement, for people or for programs.
struct Report: Encodable {
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

  enum CodingKeys: String, CodingKey {
    case name, device, batch, spread, repeats, gflops
    case medianSeconds = "median_seconds"
    case peakGflops = "peak_gflops"
    case peakRatio = "peak_ratio"
    case peakRSSBytes = "peak_rss_bytes"
  }

  init(_ name: String, batch: Int, _ measurement: Measurement, on device: OpenCLDevice) {
    self.name = name
    self.device = device.name
    self.batch = batch
    medianSeconds = measurement.median
    spread = measurement.spread
    repeats = measurement.seconds.count
    gflops = measurement.speed * 1e-9
    peakGflops = measurement.peak * 1e-9
    peakRatio = measurement.speed / measurement.peak
    peakRSSBytes = peakResidentBytes()
  }

  /// Prints one line, or one JSON object.
  func show(json: Bool) throws {
    if json {
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.sortedKeys]
      print(String(decoding: try encoder.encode(self), as: UTF8.self))
    } else {
      let text = String(
        format: "%@ b%d  %.1f ms ±%.1f %%  %.0f GFLOP/s  (%.2fx the FMA peak of %.0f)  %.2f GB",
        name, batch, medianSeconds * 1e3, spread * 100, gflops, peakRatio, peakGflops,
        Double(peakRSSBytes) * 1e-9)
      print(text)
    }
  }
}

/// Largest resident size of this process so far.
func peakResidentBytes() -> Int {
  var usage = rusage()
  let thisProcess: Int32 = 0
  unsafe getrusage(thisProcess, &usage)
  return usage.ru_maxrss * 1024
}
