import Foundation

/// How far a run of many images is: one line that is rewritten on a terminal, a plain line every
/// ten seconds elsewhere, nothing if quiet.
struct Progress {
  private let total: Int
  private let isQuiet: Bool
  private let start = ContinuousClock.now
  private var done = 0.0
  private var lastReport: ContinuousClock.Instant?

  /// A run of `total` images that starts now.
  init(total: Int, isQuiet: Bool) {
    self.total = total
    self.isQuiet = isQuiet
  }

  /// Says that `images` are done; a fraction counts a batch that is under way.
  mutating func update(_ images: Double) {
    done = images
    let now = ContinuousClock.now
    let pause: Duration = Console.isInteractive ? .milliseconds(100) : .seconds(10)
    guard !isQuiet, now - (lastReport ?? start) >= pause else { return }
    lastReport = now
    let line = Self.line(done: done, total: total, elapsed: (now - start).seconds)
    if Console.isInteractive {
      rewrite(line)
    } else {
      Console.complain(line)
    }
  }

  /// Removes the line, so that others can follow.
  func clear() {
    if !isQuiet && Console.isInteractive && lastReport != nil { rewrite("") }
  }

  /// Seconds since the start.
  var elapsed: Double { (ContinuousClock.now - start).seconds }

  private func rewrite(_ line: String) {
    try? FileHandle.standardError.write(contentsOf: Data("\r\u{1b}[K\(line)".utf8))
  }

  /// For example `12/64 images  3.40 images/s  15 s left`.
  static func line(done: Double, total: Int, elapsed: Double) -> String {
    var parts = ["\(Int(done))/\(total) images"]
    if done > 0 && elapsed > 0 {
      let rate = done / elapsed
      parts.append(Units.rate(rate))
      parts.append("\(Units.duration((Double(total) - done) / rate)) left")
    }
    return parts.joined(separator: "  ")
  }
}

extension Duration {
  /// The length in seconds.
  var seconds: Double {
    Double(components.seconds) + Double(components.attoseconds) * 1e-18
  }
}
