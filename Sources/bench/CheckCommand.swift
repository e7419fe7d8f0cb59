import ArgumentParser
import Foundation

/// Compares two stored runs.
struct CheckCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check", abstract: "Name what became slower between two runs on one machine.",
    discussion: """
      Runs are files of what the other commands print with --json. Ratios to the peak are compared,
      so that a change of the clock does not count. The exit code is 1 if something is slower.
      """)

  @Argument(help: "The stored run.", completion: .file())
  var stored: String

  @Argument(help: "The new run.", completion: .file())
  var new: String

  @Option(help: "Smallest loss that counts, as a part of the stored ratio.")
  var tolerance = 0.1

  func validate() throws {
    if !(0..<1 ~= tolerance) {
      throw ValidationError("--tolerance is \(tolerance): give 0 to 1, for example 0.1")
    }
  }

  func run() throws {
    let comparison = try Comparison(
      stored: StoredRun(file: stored), new: StoredRun(file: new), tolerance: tolerance)
    for line in comparison.lines { Output.write(line) }
    if !comparison.slower.isEmpty { throw ExitCode.failure }
  }
}
