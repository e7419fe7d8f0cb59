import Synchronization

/// How far the preparation of weights is: from the second second on one line that is rewritten on a
/// terminal; a plain line every five seconds elsewhere. What takes less is not mentioned.
final class WeightProgress: Sendable {
  private struct State {
    var percent = 0

    /// When the preparation began, or was last reported; nil between preparations.
    var report: ContinuousClock.Instant?
  }

  private let state = Mutex(State())

  /// Says which part is done, 0...1; from any thread.
  @Sendable func update(_ part: Double) {
    let percent = Int(part * 100)
    guard state.withLock({ Self.isNews(percent, &$0) }) else { return }
    if Console.isInteractive {
      Console.rewrite(percent < 100 ? Self.line(percent) : "")
    } else if percent < 100 {
      Console.complain(Self.line(percent))
    }
  }

  /// Whether it is time for a line.
  private static func isNews(_ percent: Int, _ state: inout State) -> Bool {
    let now = ContinuousClock.now
    defer { if percent >= 100 { state = State() } }
    guard let report = state.report else {
      state.report = now
      return false
    }
    let pause: Duration =
      Console.isInteractive ? (state.percent == 0 ? .seconds(1) : .zero) : .seconds(5)
    // What was said on a terminal is wiped at the end, however soon that comes.
    let isEnd = percent >= 100 && state.percent > 0
    guard percent > state.percent, isEnd || now - report >= pause else { return false }
    state = State(percent: percent, report: now)
    return true
  }

  private static func line(_ percent: Int) -> String { "preparing weights \(percent) %" }
}
