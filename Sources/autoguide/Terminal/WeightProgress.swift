import Synchronization

/// How far the preparation of weights is: from the second second on one line that is rewritten on a
/// terminal; a plain line every five seconds elsewhere.
final class WeightProgress: Sendable {
  private let state = Mutex((percent: 0, report: ContinuousClock.now))

  /// Says which part is done, 0...1; from any thread.
  @Sendable func update(_ part: Double) {
    let percent = Int(part * 100)
    let isNews = state.withLock { state in
      let now = ContinuousClock.now
      let isFirst = state.percent == 0
      let pause: Duration =
        Console.isInteractive ? (isFirst ? .seconds(1) : .zero) : .seconds(5)
      guard percent > state.percent, now - state.report >= pause else { return false }
      state = (percent, now)
      return true
    }
    guard isNews else { return }
    if Console.isInteractive {
      Console.rewrite(percent < 100 ? Self.line(percent) : "")
    } else if percent < 100 {
      Console.complain(Self.line(percent))
    }
  }

  private static func line(_ percent: Int) -> String { "preparing weights \(percent) %" }
}
