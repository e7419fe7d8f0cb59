import Foundation
import Testing

@Suite struct CommandTests {
  @Test func versionNamesReleaseAndCommit() throws {
    let run = try Program().run("--version")
    #expect(run.code == 0)
    #expect(run.output.contains(/^autoguide 0\.1\.0 \(([0-9a-f]{7,}|unknown)\)/))
  }

  @Test func aloneItHelps() throws {
    let run = try Program().run()
    #expect(run.code == 0)
    #expect(run.output.contains("SUBCOMMANDS:"))
    #expect(run.complaints.isEmpty)
  }

  @Test(arguments: [
    ["unknown"], ["--unknown"], ["cache", "clear", "unknown"], ["cache", "--unknown"],
  ])
  func wrongUsageIsOneLineAndCode64(arguments: [String]) throws {
    let run = try Program().run(arguments)
    #expect(run.code == 64)
    #expect(run.output.isEmpty)
    #expect(run.errors.count == 1 && run.complaints.hasPrefix("error: "))
  }

  @Test(arguments: ["bash", "zsh", "fish"])
  func completionsExist(shell: String) throws {
    let run = try Program().run("--generate-completion-script", shell)
    #expect(run.code == 0)
    #expect(run.output.contains("cache"))
  }

  @Test func aFullOutputIsReported() throws {
    let run = try Program(outputPath: "/dev/full").run("--version")
    #expect(run.code == 1)
    #expect(run.errors == ["error: cannot write standard output: No space left on device"])
  }

  @Test func theCacheIsListedAndCleared() throws {
    let folder = try TemporaryFolder()
    let kernels = folder.url.appendingPathComponent("kernels")
    try FileManager.default.createDirectory(at: kernels, withIntermediateDirectories: true)
    try Data(count: 1500).write(to: kernels.appendingPathComponent("a"))
    let program = Program(environment: ["AUTOGUIDE_CACHE": folder.url.path])
    #expect(try program.run("cache").output.contains("\(kernels.path)  1 files, 1.50 kB"))
    #expect(try program.run("cache", "clear", "networks").output == "deleted 0 files, 0 bytes\n")
    #expect(folder.names == ["kernels/a"])
    #expect(try program.run("cache", "clear").output == "deleted 1 files, 1.50 kB\n")
    #expect(folder.names.isEmpty)
  }
}
