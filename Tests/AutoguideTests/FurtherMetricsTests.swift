import Figures
import Foundation
import GuidedDiffusion
import Testing

/// FD_DINOv2, KID, precision and recall, and the inception score, with small networks.
@Suite struct FurtherMetricsTests {
  private let folder: TemporaryFolder
  private let networks = [
    "--inception", Fixture.path("tiny-inception-state.pt"), "--dinov2",
    Fixture.path("tiny-dinov2.pth"), "--quiet",
  ]
  private var program: Program { Program(folder: folder.url) }

  init() throws {
    folder = try TemporaryFolder()
    try folder.addPictures("a", count: 6)
    try folder.addPictures("b", count: 6, offset: 90)
  }

  @Test func allMetricsInOnePass() throws {
    let metrics = ["--metrics", "fid,fd_dinov2,kid,kd_dinov2,pr,pr_dinov2,is"]
    for name in ["a", "b"] {
      let run = try program.run(
        ["metrics", "ref", name, "--dest", "\(name).safetensors"] + metrics + networks)
      #expect(run.code == 0, "\(run.complaints)")
    }
    let files = try program.run(
      ["metrics", "calc", "a.safetensors", "--ref", "b.safetensors"] + metrics)
    #expect(files.code == 0, "\(files.complaints)")
    let lines = files.output.split(separator: "\n")
    #expect(lines.count == 9)
    for (line, start) in zip(
      lines,
      [
        "FID ", "FD_DINOv2 ", "KID ", "KD_DINOv2 ", "precision ", "recall ", "precision (DINOv2) ",
        "recall (DINOv2) ", "IS 1.0000  6 images",
      ])
    {
      #expect(line.hasPrefix(start), "\(line)")
    }
    #expect(lines[2].hasSuffix("  6 images, reference 6"))
    let images = try program.run(["metrics", "calc", "a", "--ref", "b"] + metrics + networks)
    #expect(images.output == files.output, "\(images.complaints)")

    // Both distances where both files have them, and as JSON.
    let both = try program.run("metrics", "calc", "a.safetensors", "--ref", "b.safetensors")
    #expect(both.output == lines[0...1].joined(separator: "\n") + "\n")
    let json = try program.run(
      ["metrics", "calc", "a.safetensors", "--ref", "a.safetensors", "--json"] + metrics)
    for part in ["\"precision\" : 1", "\"recall_dinov2\" : 1", "\"images\" : 6", "\"fd_dinov2\" :"]
    {
      #expect(json.output.contains(part), "\(json.output)")
    }
  }

  @Test func shardsKeepTheSameFeatures() throws {
    func evaluate(_ arguments: String...) throws -> Run {
      try program.run(
        ["evaluate", "--seeds", "244-257", "--steps", "1", "--metrics", "fid,kid,pr,is"]
          + ["--keep-features", "8"] + arguments + networks)
    }
    let whole = try evaluate("--shard", "0/1", "--dest", "whole.safetensors")
    #expect(whole.code == 0, "\(whole.complaints)")
    for shard in 0..<2 {
      let run = try evaluate("--shard", "\(shard)/2", "--dest", "\(shard).safetensors")
      #expect(run.code == 0, "\(run.complaints)")
    }
    let merged = try program.run(
      "metrics", "merge", "1.safetensors", "0.safetensors", "--dest", "all.safetensors", "--ref",
      "whole.safetensors", "--metrics", "pr")
    #expect(
      merged.output == """
        precision 1.0000  8 images, reference 8
        recall 1.0000  8 images, reference 8

        """, "\(merged.complaints)")
    let bytes = try ["whole", "all"].map {
      try Data(contentsOf: URL(filePath: folder.path("\($0).safetensors")))
    }
    #expect(bytes[0] == bytes[1])
    let statistics = try ImageStatistics(folder.path("all.safetensors"))
    #expect(statistics.kinds == [.inception, .classes] && statistics.count == 14)

    // Other metrics, or other features kept, are another file.
    for change in [["--metrics", "fid"], ["--metrics", "fid,kid,pr,is", "--keep-features", "9"]] {
      let run = try program.run(
        ["evaluate", "--seeds", "244-257", "--steps", "1", "--shard", "0/1", "--dest"]
          + ["all.safetensors"] + change + networks)
      #expect(run.code == 1 && run.complaints.contains("is of other images"), "\(run.complaints)")
    }
  }

  @Test(arguments: [
    (["--metrics", "fid,foo"], 64, "metric 'foo' is not known"),
    (["--metrics", "kid", "--keep-features", "3"], 64, "--keep-features is 3"),
    (["--metrics", "is", "--inception", "tiny-inception.pt"], 1, "has no classifier"),
    (["--metrics", "fd_dinov2", "--dinov2", "tiny-inception.pt"], 1, "no DINOv2 network"),
    (["--metrics", "fd_dinov2"], 1, "the weights of DINOv2 are not there"),
  ])
  func badInputGivesOneLine(arguments: [String], code: Int, hint: String) throws {
    var program = program
    program.environment["AUTOGUIDE_CACHE"] = folder.path("cache")
    let run = try program.run(
      ["metrics", "ref", "a", "--dest", "x.safetensors", "--quiet"]
        + arguments.map { $0.hasSuffix(".pt") ? Fixture.path($0) : $0 })
    #expect(Int(run.code) == code, "\(run.complaints)")
    #expect(run.errors.count == 1 && run.complaints.contains(hint), "\(run.complaints)")
    #expect(!folder.names.contains("x.safetensors"))
  }

  @Test func referencesSayWhatTheyLack() throws {
    let run = try program.run(
      ["metrics", "ref", "a", "--dest", "a.safetensors"] + networks)
    #expect(run.code == 0, "\(run.complaints)")
    for (metric, hint) in [
      ("kid", "keeps no features of images for kid"),
      ("fd_dinov2", "has no features for fd_dinov2"),
    ] {
      let run = try program.run(
        ["evaluate", "--seeds", "0-5", "--metrics", metric, "--ref", "a.safetensors", "--dest"]
          + ["x.safetensors"] + networks)
      #expect(run.code == 1 && run.errors.count == 1 && run.complaints.contains(hint))
    }
    // The official references hold both distances.
    let official = try program.run(
      "metrics", "calc", Fixture.path("statistics.pkl"), "--ref", Fixture.path("statistics.pkl"))
    #expect(official.output.split(separator: "\n").map { $0.prefix(4) } == ["FID ", "FD_D"])
  }
}
