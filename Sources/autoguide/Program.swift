import ArgumentParser
import Foundation
import GuidedDiffusion
import MPIRanks

/// Runs one command and turns its outcome into an exit code.
@main struct Program {
  static func main() async {
    let interruption = Interruption()
    let task = Task { await run(Array(CommandLine.arguments.dropFirst())) }
    let watchers = interruption.watch { task.cancel() }
    let code = await task.value
    // Ending MPI waits for all processes; when one has failed, mpirun ends the others.
    if code == 0 && interruption.exitCode == nil { MPIJob.end() }
    withExtendedLifetime(watchers) { exit(interruption.exitCode ?? code) }
  }

  /// Parses, runs, reports a failure in one line.
  ///
  /// - Returns: the exit code.
  private static func run(_ arguments: [String]) async -> Int32 {
    do {
      var command = try Autoguide.parseAsRoot(arguments)
      if var command = command as? any AsyncParsableCommand {
        try await command.run()
      } else {
        try command.run()
      }
      return 0
    } catch is CancellationError {
      return 1
    } catch {
      return report(error)
    }
  }

  private static func report(_ error: any Error) -> Int32 {
    let code = error is SettingsError ? ExitCode.validationFailure : Autoguide.exitCode(for: error)
    if code.isSuccess {  // help, completion scripts
      do { try Console.print(Autoguide.fullMessage(for: error)) } catch { return report(error) }
    } else if !(error is ExitCode) {
      Console.fail(oneLine(Autoguide.message(for: error)))
    }
    return code.rawValue
  }

  private static func oneLine(_ message: String) -> String {
    message.split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) }
      .joined(separator: " ")
  }
}
