import Foundation
import Synchronization

/// How far a run of many images is: one line that is rewritten on a terminal, a plain line every
/// ten seconds elsewhere, and a last line with the rate; nothing if quiet.
final class Progress: Sendable {
  private let total: Int
  private let isQuiet: Bool
  private let start = ContinuousClock.now
  private let state = Mutex(State())

  private struct State {
    var whole = 0
    var lastReport: ContinuousClock.Instant?
  }

  /// A run of `total` images that starts now.
  init(total: Int, isQuiet: Bool) {
    self.total = total
    self.isQuiet = isQuiet
  }

  /// Says how many images' work is done, in fractions.
  func update(_ images: Double) {
    guard !isQuiet else { return }
    state.withLock { state in
      let now = ContinuousClock.now
      let pause: Duration = Console.isInteractive ? .milliseconds(100) : .seconds(10)
      guard now - (state.lastReport ?? start) >= pause else { return }
      state.lastReport = now
      let line = Self.line(done: images, total: total, elapsed: (now - start).seconds)
      if Console.isInteractive { Console.rewrite(line) } else { Console.complain(line) }
    }
  }

  /// Takes the line away, so that a result can be printed in its place.
  func clear() {
    let hasLine = state.withLock { $0.lastReport != nil }
    if !isQuiet && Console.isInteractive && hasLine { Console.rewrite("") }
  }

  /// Says that one more image is whole.
  func count() { state.withLock { $0.whole += 1 } }

  /// Says how it went.
  func finish() {
    guard !isQuiet else { return }
    clear()
    let whole = state.withLock { $0.whole }
    guard whole > 0 else { return }
    let elapsed = (ContinuousClock.now - start).seconds
    let done = whole == total ? "\(total)" : "\(whole) of \(total)"
    Console.complain(
      "\(done) images in \(Units.duration(elapsed))"
        + ", \(Units.rate(Double(whole) / elapsed))")
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
