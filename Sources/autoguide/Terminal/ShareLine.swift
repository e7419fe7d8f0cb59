/// How much of one long piece of work is done: a line that is rewritten on a terminal, a plain
/// line every ten seconds elsewhere.
final class ShareLine {
  private let what: String
  private let isQuiet: Bool
  private let start = ContinuousClock.now
  private var lastReport: ContinuousClock.Instant?

  /// Work that starts now.
  init(_ what: String, isQuiet: Bool) {
    self.what = what
    self.isQuiet = isQuiet
  }

  /// Says which share is done.
  func update(_ share: Double) {
    guard !isQuiet else { return }
    let now = ContinuousClock.now
    guard now - (lastReport ?? start) >= (Console.isInteractive ? .milliseconds(100) : .seconds(10))
    else { return }
    lastReport = now
    let elapsed = (now - start).seconds
    let rest = share > 0 ? ", \(Units.duration(elapsed * (1 - share) / share)) left" : ""
    let line = "\(what): \(Int(100 * share)) %\(rest)"
    if Console.isInteractive { Console.rewrite(line) } else { Console.complain(line) }
  }

  /// Says how long it took.
  func finish() {
    guard !isQuiet else { return }
    if Console.isInteractive && lastReport != nil { Console.rewrite("") }
    Console.complain("\(what) in \(Units.duration((ContinuousClock.now - start).seconds))")
  }
}
