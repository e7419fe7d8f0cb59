import GuidedDiffusion

/// Something to time, and what one run of it costs.
struct Subject {
  /// What it is, for example a network's name.
  let name: String

  /// Images computed at once.
  let batch: Int

  /// Floating-point operations of one run, counted as direct convolution.
  let operations: Double

  /// Finished images of one run; nil for what is only a part of making one.
  var images: Int?

  /// Computes it once and waits for the result.
  let run: () async throws -> Void
}

/// Times of one thing, in turns with the device's peak.
struct Measurement {
  /// Seconds of each run, ascending.
  let seconds: [Double]

  /// Operations per second of each run of the peak kernel, ascending.
  let peaks: [Double]

  /// Floating-point operations of one run.
  let operations: Double

  /// Times taken elsewhere.
  init(seconds: [Double], peaks: [Double], operations: Double) {
    self.seconds = seconds.sorted()
    self.peaks = peaks.sorted()
    self.operations = operations
  }

  /// Runs the subject and the peak kernel in turns, after one run of each that does not count.
  init(of subject: Subject, repeats: Int, on context: Context) async throws {
    let peak = try FMAPeak(on: context)
    try await subject.run()
    _ = try peak.measure()
    var (seconds, peaks): ([Double], [Double]) = ([], [])
    for _ in 0..<repeats {
      seconds.append(try await time(subject.run))
      peaks.append(try peak.measure())
    }
    self.init(seconds: seconds, peaks: peaks, operations: subject.operations)
  }

  var median: Double { seconds[seconds.count / 2] }
  var peak: Double { peaks[peaks.count / 2] }
  var speed: Double { operations / median }

  /// Half the distance between the quartiles, as a part of the median.
  var spread: Double {
    (seconds[seconds.count * 3 / 4] - seconds[seconds.count / 4]) / 2 / median
  }
}

/// Seconds that `body` takes.
func time(_ body: () async throws -> Void) async throws -> Double {
  let clock = ContinuousClock()
  let start = clock.now
  try await body()
  return (clock.now - start) / .seconds(1)
}
