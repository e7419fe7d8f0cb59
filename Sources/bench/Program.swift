import ArgumentParser
import Foundation

/// Runs one benchmark; a failure is one line on standard error.
@main struct Program {
  static func main() async {
    do {
      var command = try Bench.parseAsRoot()
      if var command = command as? any AsyncParsableCommand {
        try await command.run()
      } else {
        try command.run()
      }
    } catch {
      exit(report(error))
    }
  }

  private static func report(_ error: any Error) -> Int32 {
    let code = Bench.exitCode(for: error)
    if code.isSuccess {  // help
      print(Bench.fullMessage(for: error))
    } else if !(error is ExitCode) {
      let line = Bench.message(for: error).split(separator: "\n")
        .map { $0.trimmingCharacters(in: .whitespaces) }.joined(separator: " ")
      try? FileHandle.standardError.write(contentsOf: Data("error: \(line)\n".utf8))
    }
    return code.rawValue
  }
}
