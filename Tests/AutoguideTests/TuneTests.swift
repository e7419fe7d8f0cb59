import Foundation
import GuidedDiffusion
import Testing

@Suite("Tune and accuracy", .serialized) struct TuneTests {
  @Test("tune keeps choices that --tuned uses, and recipes tell them apart")
  func tune() throws {
    let folder = try TemporaryFolder()
    var program = Program()
    program.environment["AUTOGUIDE_CACHE"] = folder.url.appendingPathComponent("cache").path
    program.folder = folder.url
    let untuned = try program.run(["generate", "--tuned", "--steps", "2"])
    #expect(untuned.code == 64)
    #expect(untuned.errors.count == 1 && untuned.errors[0].contains("autoguide tune"))

    let tuned = try program.run(["tune", "--batch", "1", "--quiet"])
    #expect(tuned.code == 0)
    #expect(tuned.output.contains("best "))

    func generate(_ options: [String], to outdir: String) throws {
      let run = try program.run(
        ["generate", "--seeds", "3", "--steps", "2", "--outdir", outdir, "--quiet"] + options)
      #expect(run.code == 0, "\(run.complaints)")
      // Drawn again with the algorithms of the recipe, without being told.
      let replay = try program.run(["replay", "\(outdir)/000003.png"])
      #expect(replay.code == 0, "\(replay.output) \(replay.complaints)")
      #expect(replay.complaints.isEmpty, "\(replay.complaints)")
    }
    try generate([], to: "default")
    try generate(["--tuned"], to: "tuned")
    try generate(["--accuracy", "strict"], to: "strict")
  }

  @Test("wrong values have one line", arguments: [["--memory", "0"], ["--accuracy", "best"]])
  func wrong(options: [String]) throws {
    #expect(try Program().run(["generate"] + options).code == 64)
  }

  @Test("little memory for weights still draws the image")
  func memory() throws {
    let folder = try TemporaryFolder()
    var program = Program()
    program.folder = folder.url
    let run = try program.run(
      ["generate", "--seeds", "3", "--steps", "2", "--memory", "0.000001", "--quiet"])
    #expect(run.code == 0, "\(run.complaints)")
  }
}

extension OnDevice {
  @Suite struct OtherAlgorithmsTests {
    @Test("a folder of images made by other algorithms is refused by name, and kept")
    func resume() throws {
      let folder = try TemporaryFolder()
      let program = Program(folder: folder.url)
      let options = ["generate", "--seeds", "3", "--steps", "2", "--quiet"]
      #expect(try program.run(options).code == 0)
      let image = try Data(contentsOf: folder.url.appendingPathComponent("out/000003.png"))
      let other = try program.run(options + ["--accuracy", "strict"])
      #expect(other.code == 1)
      #expect(other.errors.count == 1 && other.errors[0].contains("--overwrite"))
      #expect(
        try Data(contentsOf: folder.url.appendingPathComponent("out/000003.png")) == image)
    }

    @Test("latents that a killed run left out are drawn again")
    func latents() throws {
      let folder = try TemporaryFolder()
      let program = Program(folder: folder.url)
      let options = [
        "generate", "--net", Fixture.path("small-latent.pkl"), "--seeds", "3", "--steps", "1",
        "--vae", "none", "--quiet",
      ]
      #expect(try program.run(options).code == 0)
      let latents = folder.url.appendingPathComponent("out/000003.npy")
      let first = try Data(contentsOf: latents)
      try FileManager.default.removeItem(at: latents)
      #expect(try program.run(options).code == 0)
      #expect(try Data(contentsOf: latents) == first)
    }
  }
}
