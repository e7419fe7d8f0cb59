import ArgumentParser
import GuidedDiffusion

/// Runs on request, so that another program can time others in turns with this one.
///
/// The first line printed is `{"event": "ready", ...}` once everything is compiled. Then each line
/// of standard input is answered by one line: `run` by `{"seconds": s}`, `peak` by
/// `{"peak_gflops": p}`. The end of the input ends the program.
struct Interactive {
  let subject: Subject
  let context: Context

  private struct Ready: Encodable {
    let event = "ready"
    let name: String
    let batch: Int
    let device: String
    let gflop: Double
    let peak_rss_bytes: Int
  }

  /// Answers requests until the input ends.
  func serve() async throws {
    let peak = try FMAPeak(on: context)
    _ = try peak.measure()
    try await subject.run()
    Output.write(
      try Output.json(
        Ready(
          name: subject.name, batch: subject.batch, device: context.device.name,
          gflop: subject.operations * 1e-9, peak_rss_bytes: peakResidentBytes())))
    while let line = readLine() {
      switch line {
      case "run":
        Output.write(try Output.json(["seconds": try await time(subject.run)]))
      case "peak":
        Output.write(try Output.json(["peak_gflops": try peak.measure() * 1e-9]))
      default:
        throw ValidationError("'\(line)' on standard input: give run or peak")
      }
    }
  }
}
