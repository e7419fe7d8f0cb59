#if MPI
  import Foundation
  import GuidedDiffusion
  import Testing

  /// Runs under mpirun, in a program built with the trait MPI.
  @Suite(.serialized) struct MPITests {
    private let folder: TemporaryFolder
    private let evaluation =
      ["evaluate", "--net", Fixture.path("tiny-weak.pkl"), "--steps", "1", "--batch", "3"]
      + ["--quiet", "--seeds", "0-5,250-255,500-505,750-755,1000-1003"]
      + ["--inception", Fixture.path("tiny-inception.pt")]

    init() throws { folder = try TemporaryFolder() }

    private func mpirun(_ count: Int) throws -> RunningProgram {
      var program = Program(folder: folder.url)
      program.executable = URL(filePath: "/usr/bin/env")
      return try program.start(
        ["mpirun", "--allow-run-as-root", "--oversubscribe", "-n", "\(count)", Program.url.path]
          + evaluation + ["--ref", "whole.safetensors", "--dest", "all.safetensors"])
    }

    private func bytes(_ name: String) throws -> Data {
      try Data(contentsOf: URL(filePath: folder.path(name)))
    }

    @Test func processesShareOutTheBlocksAndSurviveBeingKilled() throws {
      let run = try Program(folder: folder.url).run(
        evaluation + ["--shard", "0/1", "--dest", "whole.safetensors"])
      #expect(run.code == 0, "\(run.complaints)")
      let whole = try bytes("whole.safetensors")
      for kill in 0..<6 {
        let running = try mpirun(2 + kill % 2)
        Thread.sleep(forTimeInterval: 0.3 + 0.4 * Double(kill))
        // mpirun passes the end on to all processes.
        Glibc.kill(running.process.processIdentifier, kill < 3 ? SIGKILL : SIGTERM)
        _ = running.finish()
        Thread.sleep(forTimeInterval: 1)
      }
      let last = try mpirun(3).finish()
      #expect(last.code == 0, "\(last.complaints)")
      #expect(last.output == "FID 0.0000  28 images, reference 28\n")
      #expect(try bytes("all.safetensors") == whole)
      // What a killed process was just writing stays hidden.
      #expect(
        folder.names.filter { !$0.hasPrefix(".") } == ["all.safetensors", "whole.safetensors"])
    }
  }
#endif
