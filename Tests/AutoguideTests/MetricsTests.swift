import Datasets
import Figures
import Foundation
import GuidedDiffusion
import Testing

/// Statistics and distances with a small network of Inception's structure.
@Suite struct MetricsTests {
  private let folder: TemporaryFolder
  private let inception = ["--inception", Fixture.path("tiny-inception.pt"), "--quiet"]
  private var program: Program { Program(folder: folder.url) }

  init() throws {
    folder = try TemporaryFolder()
    try folder.addPictures("a", count: 3)
    try folder.addPictures("b", count: 3, offset: 90)
  }

  @Test func distancesOfImagesAndOfStatisticsAgree() throws {
    for name in ["a", "b"] {
      let run = try program.run(
        ["metrics", "ref", name, "--dest", "\(name).safetensors"] + inception)
      #expect(run.code == 0 && run.output == "\(name).safetensors\n", "\(run.complaints)")
    }
    let files = try program.run(["metrics", "calc", "a.safetensors", "--ref", "b.safetensors"])
    #expect(files.code == 0 && files.output.hasPrefix("FID "), "\(files.complaints)")
    #expect(files.output.hasSuffix("  3 images, reference 3\n"))
    let images = try program.run(["metrics", "calc", "a", "--ref", "b"] + inception)
    #expect(images.output == files.output, "\(images.complaints)")
    let same = try program.run(["metrics", "calc", "a.safetensors", "--ref", "a.safetensors"])
    #expect(same.output.hasPrefix("FID 0.0000  "))
  }

  @Test func shardsGiveTheBitsOfOneRun() throws {
    func evaluate(_ arguments: String...) throws -> Run {
      try program.run(
        ["evaluate", "--seeds", "0-259", "--steps", "2", "--guidance", "1.5"] + arguments
          + inception)
    }
    let whole = try evaluate("--shard", "0/1", "--dest", "whole.safetensors")
    #expect(whole.code == 0 && whole.output == "whole.safetensors\n", "\(whole.complaints)")
    for shard in 0..<2 {
      let run = try evaluate("--shard", "\(shard)/2", "--dest", "\(shard).safetensors")
      #expect(run.code == 0, "\(run.complaints)")
    }
    let merged = try program.run(
      "metrics", "merge", "1.safetensors", "0.safetensors", "--dest", "all.safetensors", "--ref",
      "whole.safetensors")
    #expect(merged.code == 0, "\(merged.complaints)")
    let bytes = try ["whole", "all"].map {
      try Data(contentsOf: URL(filePath: folder.path("\($0).safetensors")))
    }
    #expect(bytes[0] == bytes[1])

    // What is there is not drawn again; another run's file is refused.
    let again = try evaluate("--dest", "all.safetensors", "--ref", "whole.safetensors", "--json")
    #expect(again.code == 0 && again.output.contains("\"images\" : 260"), "\(again.complaints)")
    let other = try program.run(
      ["evaluate", "--seeds", "0-9", "--shard", "0/1", "--dest", "all.safetensors"] + inception)
    #expect(other.code == 1 && other.errors.count == 1)
    #expect(other.complaints.contains("all.safetensors is of other images"))
    let twice = try program.run(
      "metrics", "merge", "0.safetensors", "all.safetensors", "--dest", "twice.safetensors")
    #expect(twice.code == 1 && twice.complaints.contains("are in twice"))
    #expect(!folder.names.contains("twice.safetensors"))
  }

  @Test func aKilledRunGoesOnToTheSameBits() throws {
    let arguments = ["evaluate", "--seeds", "0-299", "--steps", "1", "--shard", "0/1"] + inception
    let running = try program.start(arguments + ["--dest", "killed.safetensors"])
    let end = Date(timeIntervalSinceNow: 60)
    while !folder.names.contains("killed.safetensors") && running.process.isRunning && Date() < end
    {
      Thread.sleep(forTimeInterval: 0.01)
    }
    kill(running.process.processIdentifier, SIGKILL)
    #expect(running.finish().code == 128 + SIGKILL)
    #expect(try FeatureStatistics(folder.path("killed.safetensors")).numbers == [0..<250])
    for name in ["killed", "whole"] {
      let run = try program.run(arguments + ["--dest", "\(name).safetensors"])
      #expect(run.code == 0, "\(run.complaints)")
    }
    let bytes = try ["killed", "whole"].map {
      try Data(contentsOf: URL(filePath: folder.path("\($0).safetensors")))
    }
    #expect(bytes[0] == bytes[1])
  }

  @Test(arguments: [
    (["metrics", "calc", "a", "--ref", "none.pkl"], 1, "none.pkl"),
    (["metrics", "calc", "none", "--ref", "a"], 1, "none"),
    (["metrics", "calc", "a", "--ref", "b", "--images", "9"], 64, "--images is 9"),
    (["metrics", "ref", "a", "--dest", "a"], 1, "a: it exists"),
    (["metrics", "merge", "a", "--dest", "x.safetensors"], 1, "a:"),
    (["evaluate", "--dest", "x.safetensors"], 64, "--ref"),
    (["evaluate", "--dest", "x.safetensors", "--shard", "2/2"], 64, "shard '2/2'"),
    (["evaluate", "--dest", "x.safetensors", "--ref", "a"], 64, "--ref a is no file"),
  ])
  func badInputGivesOneLine(arguments: [String], code: Int, hint: String) throws {
    let needsNetwork = ["calc", "ref", "evaluate"].contains { arguments.contains($0) }
    let run = try program.run(arguments + (needsNetwork ? inception : []))
    #expect(Int(run.code) == code, "\(run.complaints)")
    #expect(run.errors.count == 1 && run.complaints.contains(hint), "\(run.complaints)")
    #expect(run.output.isEmpty)
  }

  @Test func missingWeightsAreNamedWithTheirScript() throws {
    var program = program
    program.environment["AUTOGUIDE_CACHE"] = folder.path("cache")
    let run = try program.run("metrics", "ref", "a", "--dest", "x.safetensors")
    #expect(run.code == 1 && run.complaints.contains("scripts/fetch-inception"))
  }
}
