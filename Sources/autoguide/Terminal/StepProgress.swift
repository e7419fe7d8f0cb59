import Foundation

/// How far a training is, with its loss: one line that is rewritten on a terminal, a plain line
/// every ten seconds elsewhere; nothing if quiet.
final class StepProgress {
  private let name: String
  private let first: Int
  private let total: Int
  private let isQuiet: Bool
  private let start = ContinuousClock.now
  private var lastReport: ContinuousClock.Instant?

  /// Mean of the losses since the last line: that of one batch jumps too much to be read.
  private var losses: (sum: Double, count: Int) = (0, 0)
  private var loss = 0.0

  /// A training that goes from one step to another and starts now.
  init(_ name: String, from first: Int, to total: Int, isQuiet: Bool) {
    self.name = name
    self.first = first
    self.total = total
    self.isQuiet = isQuiet
  }

  /// Says how many steps are done, and the last one's loss.
  func update(_ step: Int, loss: Double) {
    losses.sum += loss
    losses.count += 1
    let now = ContinuousClock.now
    let pause: Duration = Console.isInteractive ? .milliseconds(200) : .seconds(10)
    guard now - (lastReport ?? start) >= pause else { return }
    lastReport = now
    self.loss = losses.sum / Double(losses.count)
    losses = (0, 0)
    if isQuiet { return }
    let line = Self.line(
      name, step: step, total: total, loss: self.loss,
      secondsPerStep: (now - start).seconds / Double(step - first))
    if Console.isInteractive { Console.rewrite(line) } else { Console.complain(line) }
  }

  /// Says how it went.
  func finish() {
    if losses.count > 0 { loss = losses.sum / Double(losses.count) }
    guard !isQuiet else { return }
    if Console.isInteractive { Console.rewrite("") }
    let elapsed = (ContinuousClock.now - start).seconds
    Console.complain(
      "\(name)  \(total - first) steps in \(Units.duration(elapsed))"
        + String(format: "  loss %.4f", loss))
  }

  /// For example `main  1200/4096  loss 0.42  15.2 ms/step  44 s left`.
  static func line(
    _ name: String, step: Int, total: Int, loss: Double, secondsPerStep: Double
  ) -> String {
    [
      name, "\(step)/\(total)", String(format: "loss %.4f", loss),
      "\(Units.threeDigits(secondsPerStep * 1e3)) ms/step",
      "\(Units.duration(Double(total - step) * secondsPerStep)) left",
    ].joined(separator: "  ")
  }
}
