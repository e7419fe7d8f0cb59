import Foundation
import Testing

extension OnDevice {
  @Suite struct DeviceTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    @Test func devicesAreListedWithTheChosenOne() throws {
      let two = Program(environment: ["POCL_DEVICES": "pthread pthread"])
      let run = try two.run("devices", "--device", "1")
      #expect(run.code == 0)
      #expect(run.output.contains("\n* 1: ") && run.output.contains("  0: "))
      #expect(run.output.contains("  fallback: "))
      #expect(run.output.contains("asked for"))
      #expect(try two.run("devices", "--device", "2").code == 64)
      #expect(try two.run("devices", "--device", "fallback").output.contains("* fallback: "))
    }

    @Test func processesOfOneMachineTakeTurns() throws {
      func chosen(_ rank: String, _ arguments: String...) throws -> String {
        let two = Program(
          environment: ["POCL_DEVICES": "pthread pthread", "SLURM_LOCALID": rank])
        let lines = try two.run(["devices"] + arguments).output.split(separator: "\n")
        return try String(#require(lines.first { $0.hasPrefix("* ") }).prefix(4))
      }
      #expect(try chosen("0") == "* 0:")
      #expect(try chosen("1") == "* 1:")
      #expect(try chosen("2") == "* 0:")
      #expect(try chosen("1", "--device", "0") == "* 0:")
    }

    @Test func withoutOpenCLTheFallbackComputes() throws {
      let program = Program(
        environment: ["OCL_ICD_VENDORS": folder.url.path], folder: folder.url)
      #expect(try program.run("devices").output.contains("chosen: fallback"))
      let run = try program.run("generate", "--seeds", "0", "--steps", "2", "--quiet")
      #expect(run.code == 0)
      #expect(run.complaints.split(separator: "\n").count == 1)
      #expect(run.complaints.hasPrefix("warning: ") && run.complaints.contains("fallback"))
      let asked = try program.run(
        "generate", "--seeds", "1", "--steps", "2", "--quiet", "--device", "fallback")
      #expect(asked.code == 0 && asked.complaints.isEmpty)
    }

    @Test func anUnwritableCacheIsNoObstacle() throws {
      let program = Program(
        environment: ["AUTOGUIDE_CACHE": "/dev/null/cache"], folder: folder.url)
      let run = try program.run("generate", "--seeds", "0", "--steps", "1", "--quiet")
      #expect(run.code == 0)
      #expect(run.complaints.split(separator: "\n").count <= 1)
      #expect(folder.names == ["out/000000.png"])
    }
  }
}
