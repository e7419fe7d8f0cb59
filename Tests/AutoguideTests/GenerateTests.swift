import Figures
import Foundation
import GuidedDiffusion
import Testing

extension OnDevice {
  @Suite struct GenerateTests {
    private let folder: TemporaryFolder
    private let program: Program

    init() throws {
      folder = try TemporaryFolder()
      program = Program(folder: folder.url)
    }

    private func picture(_ name: String) throws -> Picture {
      try PNG.decode(Array(Data(contentsOf: folder.url.appendingPathComponent(name)))).picture
    }

    @Test func writesAnImagePerSeed() throws {
      let run = try program.run("generate", "--seeds", "3,16-17", "--steps", "2")
      #expect(run.code == 0)
      #expect(run.output == "out/000003.png\nout/000016.png\nout/000017.png\n")
      #expect(run.errors.count == 1 && run.complaints.contains("3 images in "))
      #expect(folder.names == ["out/000003.png", "out/000016.png", "out/000017.png"])
      let image = try picture("out/000003.png")
      #expect((image.width, image.height, image.channels) == (32, 32, 1))
    }

    @Test func theRecipeSaysEverything() throws {
      let path = folder.path("out/000005.png")
      _ = try program.run(
        "generate", "--seeds", "5", "--steps", "3", "--guidance", "1.5", "--sigma-max", "70",
        "--interval", "0.5,20", "--S_churn", "10", "--noise", "cpu", "--class", "bag", "--quiet")
      let text = try PNG.texts(of: Array(Data(contentsOf: URL(fileURLWithPath: path))))
      let recipe = try Recipe(text: try #require(text["autoguide"]))
      let pair = try EDM2Network.embedded
      #expect(recipe.main.sha256 == pair.main.sha256)
      #expect(recipe.guides.map(\.sha256) == [pair.guide.sha256])
      #expect((recipe.seed, recipe.classIndex) == (5, 8))
      var settings = SamplerSettings()
      settings.steps = 3
      settings.sigmaMax = 70
      settings.guidance = [1.5]
      settings.interval = .sigma(above: 0.5, through: 20)
      settings.churn.amount = 10
      settings.noise = .cpu
      #expect(recipe.settings == settings)
    }

    @Test func aSeedIsTheSameInAnyCompany() throws {
      for (outdir, seeds, batch) in [("a", "0-4", "5"), ("b", "4,2,0,3,1", "2"), ("c", "2", "1")] {
        let run = try program.run(
          "generate", "--seeds", seeds, "--batch", batch, "--outdir", outdir, "--steps", "3",
          "--guidance", "2", "--quiet")
        #expect(run.code == 0 && run.complaints.isEmpty)
      }
      for seed in 0...4 {
        let name = "00000\(seed).png"
        #expect(
          FileManager.default.contentsEqual(
            atPath: folder.path("a/\(name)"), andPath: folder.path("b/\(name)")), "\(name)")
      }
      #expect(
        FileManager.default.contentsEqual(
          atPath: folder.path("a/000002.png"), andPath: folder.path("c/000002.png")))
    }

    @Test func existingFilesAreKeptUnlessOverwritten() throws {
      let arguments = ["generate", "--seeds", "0-1", "--steps", "2"]
      _ = try program.run(arguments)
      let original = try picture("out/000000.png")
      let mark = try PNG.encode(
        Picture(width: 1, height: 1, channels: 1, pixels: [7]))
      try Data(mark).write(to: folder.url.appendingPathComponent("out/000000.png"))

      let kept = try program.run(arguments)
      #expect(kept.output == "out/000000.png\nout/000001.png\n")
      #expect(kept.complaints == "2 images were there already\n")
      #expect(try picture("out/000000.png").width == 1)

      _ = try program.run(arguments + ["--overwrite"])
      #expect(try picture("out/000000.png") == original)
    }

    @Test func filesOfOtherSettingsAreKeptWithAWarning() throws {
      _ = try program.run("generate", "--seeds", "0-1", "--steps", "2")
      let run = try program.run("generate", "--seeds", "0-1", "--steps", "3")
      #expect(run.code == 0)
      let warnings = run.complaints.split(separator: "\n").filter { $0.hasPrefix("warning:") }
      #expect(warnings.count == 1 && warnings[0].contains("--overwrite"))
    }

    @Test func subfoldersHoldAThousandSeeds() throws {
      _ = try program.run(
        "generate", "--seeds", "7,1999,2000", "--subdirs", "--outdir", "x", "--steps", "1")
      #expect(
        folder.names == ["x/000000/000007.png", "x/001000/001999.png", "x/002000/002000.png"])
    }

    @Test func aSheetShowsNewAndOldImages() throws {
      _ = try program.run("generate", "--seeds", "0-1", "--steps", "2")
      let run = try program.run(
        "generate", "--seeds", "0-3", "--steps", "2", "--grid", "sheets/a.png", "--json")
      #expect(run.code == 0)
      struct Report: Decodable {
        var grid: String
        var images: [Image]
        struct Image: Decodable {
          var path: String
          var seed: Int
          var class_index: Int
          var is_new: Bool
        }
      }
      let report = try JSONDecoder().decode(Report.self, from: Data(run.output.utf8))
      #expect(report.grid == "sheets/a.png")
      #expect(report.images.map(\.seed) == [0, 1, 2, 3])
      #expect(report.images.map(\.is_new) == [false, false, true, true])
      let sheet = try picture("sheets/a.png")
      #expect(sheet.channels == 3 && sheet.width > 4 * 192)
    }

    @Test func latentsAreWrittenBesideTheirPreviews() throws {
      let run = try program.run(
        "generate", "--net", Fixture.path("small-latent.pkl"), "--seeds", "0", "--steps", "1",
        "--vae", "none")
      #expect(run.code == 0)
      #expect(folder.names == ["out/000000.npy", "out/000000.png"])
      #expect(run.complaints.contains("previews"))
      let image = try picture("out/000000.png")
      #expect((image.width, image.height, image.channels) == (32, 32, 3))
    }

    @Test func guidesAreExploredSideBySide() throws {
      let (main, weak) = (Fixture.path("tiny-cond.pkl"), Fixture.path("tiny-weak.pkl"))
      let run = try program.run(
        "explore", "--net", main, "--gnet", weak, "--gnet", Fixture.path("tiny-uncond.pkl"),
        "--guidance", "1,2", "--seeds", "0-1", "--steps", "2", "--grid", "guides.png")
      #expect(run.code == 0 && run.output == "guides.png\n")
      // Without guidance there is one column, since the main network is the same.
      #expect(run.complaints.contains("6 images in"))
      let mains = try program.run(
        "explore", "--net", main, "--net", weak, "--seeds", "0", "--steps", "2")
      #expect(mains.code == 0 && mains.complaints.contains("2 images in"))
    }

    @Test func networksOfSeveralSizesAreNotExplored() throws {
      let run = try program.run(
        "explore", "--net", Fixture.path("tiny-cond.pkl"), "--net",
        Fixture.path("fashion-main.pkl"))
      #expect(run.code == 1)
      #expect(run.errors.count == 1 && run.complaints.contains("fashion-main.pkl"))
      #expect(folder.names.isEmpty)
    }

    @Test func severalGuidesTakeAWeightEach() throws {
      let run = try program.run(
        "generate", "--net", Fixture.path("tiny-cond.pkl"), "--gnet",
        Fixture.path("tiny-weak.pkl"), "--gnet", Fixture.path("tiny-uncond.pkl"), "--guidance",
        "2,1.5", "--seeds", "0", "--steps", "2")
      #expect(run.code == 0)
      #expect(folder.names == ["out/000000.png"])
    }
  }
}

/// Suites that touch a device, one after the other.
@Suite(.serialized) enum OnDevice {}
