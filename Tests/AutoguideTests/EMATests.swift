import Foundation
import GuidedDiffusion
import Testing

@Suite struct EMATests {
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
    for time in ["0000008", "0000016"] {
      for length in ["0.050", "0.100"] {
        try FileManager.default.copyItem(
          atPath: Fixture.path("tiny-uncond.pkl"),
          toPath: folder.path("network-snapshot-\(time)-\(length).pkl"))
      }
    }
  }

  @Test func reconstructsManyLengths() throws {
    let program = Program(folder: folder.url)
    let arguments = [
      "ema", "reconstruct", "--indir", ".", "--inprefix", "network-snapshot", "--outdir", "out",
      "--outstd", "0.05,0.10,...,0.20", "--batch", "3",
    ]
    let run = try program.run(arguments)
    let names = ["0.050", "0.100", "0.150", "0.200"].map { "out/phema-0000016-\($0).safetensors" }
    #expect(run.code == 0, "\(run.complaints)")
    #expect(run.output == names.map { "\($0)\n" }.joined())
    #expect(run.complaints.hasPrefix("4 networks from 4 snapshots in "))
    let info = try program.run(["info"] + names)
    #expect(info.code == 0, "\(info.complaints)")
    // All snapshots are one network; so is every average.
    let networks = try names.map { try EDM2Network(folder.path($0)) }
    #expect(networks[0].parameters.tensors.count == networks[3].parameters.tensors.count)

    try Data().write(to: folder.url.appendingPathComponent(names[1]))
    let again = try program.run(arguments + ["--skip", "--quiet"])
    #expect(again.code == 0 && again.complaints.isEmpty)
    #expect(try Data(contentsOf: folder.url.appendingPathComponent(names[1])).isEmpty)
  }

  @Test(arguments: [
    (["--indir", "none", "--outstd", "0.1"], 1, "none"),
    (["--indir", ".", "--outstd", "0.3"], 64, "outstd"),
    (["--indir", ".", "--outstd", "0.1,...,0.2"], 64, "outstd"),
    (["--indir", ".", "--outstd", "0.1", "--outkimg", "12"], 64, "8 kimg"),
    (["--indir", ".", "--outstd", "0.1", "--inprefix", "x"], 64, "no snapshots"),
    (["--indir", ".", "--outstd", "0.1", "--batch", "0"], 64, "--batch is 0"),
    (
      ["--indir", ".", "--outstd", "0.1", "--outdir", "network-snapshot-0000008-0.050.pkl"], 1,
      "no folder"
    ),
  ])
  func badInputGivesOneLine(options: [String], code: Int, hint: String) throws {
    let outdir = options.contains("--outdir") ? [] : ["--outdir", "out"]
    let run = try Program(folder: folder.url).run(["ema", "reconstruct"] + options + outdir)
    #expect(Int(run.code) == code, "\(run.complaints)")
    #expect(run.errors.count == 1 && run.complaints.contains(hint), "\(run.complaints)")
    #expect(run.output.isEmpty && !folder.names.contains { $0.hasPrefix("out/") })
  }

  @Test func aDamagedSnapshotLeavesNothing() throws {
    try Data("x".utf8).write(
      to: folder.url.appendingPathComponent("network-snapshot-0000016-0.100.pkl"))
    let run = try Program(folder: folder.url).run(
      "ema", "reconstruct", "--indir", ".", "--outdir", "out", "--outstd", "0.1")
    #expect(run.code == 1 && run.errors.count == 1)
    #expect(run.complaints.contains("network-snapshot-0000016-0.100.pkl"))
    #expect(!folder.names.contains { $0.hasPrefix("out/") })
  }
}
