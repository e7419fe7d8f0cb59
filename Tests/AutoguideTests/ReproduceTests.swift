import Foundation
import GuidedDiffusion
import LocalServer
import Testing

/// The protocol with tiny networks under published names.
@Suite struct ReproduceTests {
  private let folder: TemporaryFolder
  private let inception = ["--inception", Fixture.path("tiny-inception.pt")]
  private let preset = "edm2-img64-s-autog-fid"
  private var program: Program {
    Program(environment: ["AUTOGUIDE_CACHE": folder.path("cache")], folder: folder.url)
  }

  init() throws { folder = try TemporaryFolder() }

  /// Reference statistics for the tiny feature network.
  private func reference() throws -> String {
    let run = try program.run(
      ["evaluate", "--net", Fixture.path("tiny-cond.pkl"), "--seeds", "900-939", "--steps", "2"]
        + ["--shard", "0/1", "--dest", "ref.safetensors", "--quiet"] + inception)
    #expect(run.code == 0, "\(run.complaints)")
    return folder.path("ref.safetensors")
  }

  @Test func aResultIsFetchedDrawnMeasuredAndReported() throws {
    let server = try PublishedServer.autoguidance(references: try reference())
    let arguments =
      [
        "reproduce", "edm2-img64-s-autog", "--mirror", server.url, "--images", "12", "--outdir",
        "r",
      ]
      + inception
    let run = try program.run(arguments)
    #expect(run.code == 0, "\(run.complaints)")
    #expect(run.complaints.contains("CC BY-NC-SA"))
    #expect(run.output.contains("1.01 published"))
    #expect(run.output.contains("seeds 100000-100011: FID "))
    #expect(run.output.hasSuffix("r/report.md\n"))
    let names = folder.names.filter { $0.hasPrefix("r/") }
    #expect(
      names == [
        "r/images.png", "r/range-1.safetensors", "r/range-2.safetensors", "r/range-3.safetensors",
        "r/report.json", "r/report.md",
      ])
    let report = try self.report("r")
    #expect(report["verdict"] as? String == "other networks than the published ones")
    #expect(report["is_preview"] as? Bool == true && report["published"] as? Double == 1.01)
    #expect((report["guidance"] as? [Double]) == [1.7])
    let values = try #require(report["ranges"] as? [[String: Any]]).compactMap {
      $0["value"] as? Double
    }
    #expect(values.count == 3 && report["measured"] as? Double == values.min())
    let page = folder.text("r/report.md")
    #expect(page.hasPrefix("# edm2-img64-s-autog-fid (preview)\n"))
    #expect(page.contains("| published | lowest of 3 x 50000 | 1.01 |"))

    // What is there is not drawn again; a preview is the beginning of the whole.
    let again = try program.run(arguments + ["--offline"])
    #expect(again.code == 0 && again.output == run.output, "\(again.complaints)")
    #expect(again.complaints.contains("12 images were there already"))
    let more = try program.run(
      arguments + ["--offline", "--quiet", "--images", "14", "--ranges", "1", "--json"])
    #expect(more.code == 0 && more.output.contains("\"seeds\" : \"0-13\""), "\(more.complaints)")
    #expect(server.requests.count == 3)
  }

  @Test func latentsAreDecodedByTheFetchedDecoder() throws {
    let decoder = "sd-vae-ft-mse/diffusion_pytorch_model.safetensors"
    let server = try PublishedServer.start([
      "posthoc-reconstructions/edm2-img512-s-2147483-0.130.pkl": Fixture.path("small-latent.pkl"),
      decoder: Fixture.path("tiny-vae-decoder.safetensors"),
      "dataset-refs/img512.pkl": try reference(),
    ])
    let run = try program.run(
      ["reproduce", "edm2-img512-s-fid", "--mirror", server.url, "--images", "2"]
        + ["--ranges", "1", "--outdir", "r"] + inception)
    #expect(run.code == 0 && run.output.contains("2.56 published"), "\(run.complaints)")
    #expect(server.requests.contains { $0.path == "/\(decoder)" })
    #expect(folder.names.contains("r/report.md") && folder.names.contains("r/images.png"))
  }

  @Test func ranksGiveTheReportOfOneProcess() throws {
    // One range of two blocks, without guidance: quick.
    let preset = "edm2-img64-s-fid"
    let ownFiles =
      ["--net", Fixture.path("tiny-weak.pkl"), "--ref", try reference(), "--images", "252"]
      + ["--ranges", "1", "--quiet"] + inception
    let whole = try program.run(["reproduce", preset, "--outdir", "whole"] + ownFiles)
    #expect(whole.code == 0, "\(whole.complaints)")
    for shard in ["1/2", "0/2"] {
      let run = try program.run(
        ["reproduce", preset, "--outdir", "parts", "--shard", shard] + ownFiles)
      #expect(run.code == 0, "\(run.complaints)")
      #expect(run.output.isEmpty == (shard == "1/2"))
    }
    for name in ["range-1.safetensors", "report.json", "images.png"] {
      let bytes = try ["whole", "parts"].map {
        try Data(contentsOf: URL(filePath: folder.path("\($0)/\(name)")))
      }
      #expect(bytes[0] == bytes[1], "\(name)")
    }
    #expect(!folder.names.contains { $0.contains("rank") || $0.contains("lock") })
  }

  @Test func everyResultIsPlannedWithNothingThere() throws {
    let run = try program.run("reproduce", "--dry-run", "--json")
    #expect(run.code == 0, "\(run.complaints)")
    let plans = try #require(
      try JSONSerialization.jsonObject(with: Data(run.output.utf8)) as? [[String: Any]])
    #expect(plans.compactMap { $0["preset"] as? String } == Preset.all.map(\.name))
    for (plan, preset) in zip(plans, Preset.all) {
      let files = try #require(plan["files"] as? [[String: Any]])
      let names = files.compactMap { $0["file"] as? String }
      for network in preset.networks { #expect(names.contains(network.fileName)) }
      #expect(names.contains("dataset-refs/\(preset.main.data.rawValue).pkl"))
      #expect(names.contains { $0.hasPrefix("inception") } == (preset.metric == .fid))
      #expect(names.contains { $0.hasPrefix("dinov2") } == (preset.metric == .fdDINOv2))
      #expect(names.contains { $0.hasPrefix("sd-vae") } == (preset.main.data == .img512))
      #expect(files.allSatisfy { $0["bytes_to_download"] as? Int ?? 0 > 0 })
      #expect(plan["images"] as? Int == 150_000)
      let work = try #require(plan["multiply_adds_per_image"] as? Int)
      #expect(2_000_000_000_000...60_000_000_000_000 ~= work, "\(preset.name) \(work)")
      #expect(plan["estimated_seconds"] as? Double ?? 0 > 1000 || plan["peak_flops"] == nil)
    }
    #expect(!folder.names.contains { $0.hasPrefix("cache/networks") })
    let one = try program.run("reproduce", preset, "--dry-run")
    #expect(one.code == 0 && one.output.contains("126 evaluations"), "\(one.output)")
    #expect(one.output.contains("150000 images on "))
    let list = try program.run("reproduce", "--list")
    #expect(list.output == (try program.run("presets").output))
  }

  @Test(arguments: [
    (["edm2-img512-s-autog-fid", "--offline"], 1, "switched off"),
    (
      [
        "edm2-img512-s-fid", "--net", Fixture.path("small-latent.pkl"), "--ref", "none",
      ], 1, "fetch the decoder"
    ),
    (["edm2-img64-s-autog-dino", "--offline"], 1, "switched off"),
    (["edm2-img64-s-guid-fid"], 64, "--gnet"),
    (["edm2-img64-s-autog-fit"], 64, "edm2-img64-s-autog-fid"),
    (["edm2-img64-s-autog-fid", "--offline"], 1, "switched off"),
    (["edm2-img64-s-autog-fid", "--images", "1"], 64, "--images is 1"),
    (["edm2-img64-s-autog-fid", "--ranges", "4"], 64, "--ranges is 4"),
    ([], 64, "--list"),
  ])
  func failuresAreOneLine(arguments: [String], code: Int, hint: String) throws {
    let run = try program.run(["reproduce"] + arguments + inception)
    #expect(Int(run.code) == code, "\(run.complaints)")
    #expect(run.output.isEmpty && run.complaints.contains(hint), "\(run.complaints)")
    #expect(run.errors.count { $0.hasPrefix("error: ") } == 1, "\(run.complaints)")
  }

  private func report(_ outdir: String) throws -> [String: Any] {
    let object = try JSONSerialization.jsonObject(
      with: Data(contentsOf: URL(filePath: folder.path("\(outdir)/report.json"))))
    return try #require(object as? [String: Any])
  }
}
