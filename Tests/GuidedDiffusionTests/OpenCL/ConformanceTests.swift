import Foundation
import Testing

/// The kernels under Oclgrind, which checks every memory access and every pair of work-items.
@Suite("Conformance", .serialized) struct ConformanceTests {
  @Test("no kernel reads or writes outside its buffers, and none races", .timeLimit(.minutes(30)))
  func allCases() throws {
    let result = try oclgrind([])
    #expect(result.status == 0, "\(result.output)")
    #expect(result.output.contains("\n0 failures"), "\(result.output)")
    #expect(result.log.isEmpty, "\(result.log.prefix(2000))")
  }

  @Test("a broken kernel is reported")
  func broken() throws {
    let result = try oclgrind(["--broken", Fixture.path("broken.cl")])
    #expect(result.log.contains("Invalid write"))
    #expect(result.log.contains("data race"))
  }

  /// Runs the conformance program in the simulator.
  private func oclgrind(
    _ arguments: [String]
  ) throws -> (status: Int32, output: String, log: String) {
    let log = FileManager.default.temporaryDirectory
      .appendingPathComponent("conformance-\(UUID().uuidString).log")
    defer { try? FileManager.default.removeItem(at: log) }
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments =
      [
        "oclgrind", "--check-api", "--data-races", "--local-mem-size", "131072", "--log", log.path,
        Self.program.path,
      ] + arguments
    let pipe = Pipe()
    process.standardOutput = pipe
    process.standardError = pipe
    try process.run()
    let output = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return (
      process.terminationStatus, String(decoding: output, as: UTF8.self),
      (try? String(contentsOf: log, encoding: .utf8)) ?? ""
    )
  }

  /// `conformance`, built beside the tests.
  private static let program = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
    .deletingLastPathComponent().appendingPathComponent("conformance")
}
