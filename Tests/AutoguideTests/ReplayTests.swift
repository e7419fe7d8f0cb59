import Figures
import Foundation
import Testing

extension OnDevice {
  @Suite struct ReplayTests {
    private let folder: TemporaryFolder
    private let program: Program

    init() throws {
      folder = try TemporaryFolder()
      program = Program(folder: folder.url)
    }

    @Test func anImageIsMadeAgain() throws {
      _ = try program.run(
        "generate", "--seeds", "4-6", "--guidance", "2", "--steps", "3", "--S_churn", "8")
      let run = try program.run("replay", "out/000005.png", "--save", "again.png")
      #expect(run.code == 0)
      #expect(run.output == "out/000005.png: identical\n")
      #expect(run.complaints.isEmpty)
      let (a, b) = (folder.path("out/000005.png"), folder.path("again.png"))
      let pictures = try [a, b].map {
        try PNG.decode(Array(Data(contentsOf: URL(fileURLWithPath: $0))))
      }
      #expect(pictures[0].picture == pictures[1].picture)
      #expect(pictures[0].texts["autoguide"] == pictures[1].texts["autoguide"])
    }

    @Test func kernelsForGPUsStandInTheRecipe() throws {
      let run = try program.run(
        "generate", "--seeds", "3", "--steps", "2", "--kernels", "gpu", "--precision", "half")
      #expect(run.code == 0, "\(run.complaints)")
      let url = folder.url.appendingPathComponent("out/000003.png")
      let text = try #require(PNG.decode(Array(Data(contentsOf: url))).texts["autoguide"])
      #expect(text.contains(#""kernels":"gpu""#) && text.contains(#""precision":"half""#))
      #expect(try program.run("replay", "out/000003.png").output.hasSuffix("identical\n"))
      let other = try program.run("generate", "--seeds", "3", "--steps", "2")
      #expect(other.code == 1 && other.complaints.contains("was made with algorithms"))
    }

    @Test func aChangedImageIsNoticed() throws {
      _ = try program.run("generate", "--seeds", "1", "--steps", "2")
      let url = folder.url.appendingPathComponent("out/000001.png")
      var content = try PNG.decode(Array(Data(contentsOf: url)))
      var pixels = content.picture.pixels
      pixels[100] ^= 1
      content.picture = Picture(width: 32, height: 32, channels: 1, pixels: pixels)
      try Data(PNG.encode(content.picture, texts: content.texts)).write(to: url)
      let run = try program.run("replay", "out/000001.png")
      #expect(run.code == 1)
      #expect(run.output == "out/000001.png: differs in 1 of 1024 values, by at most 1 of 255\n")
    }

    @Test func networksAreFoundBySHA256() throws {
      let net = folder.path("renamed.pkl")
      try FileManager.default.copyItem(atPath: Fixture.path("tiny-cond.pkl"), toPath: net)
      _ = try program.run("generate", "--net", net, "--seeds", "1", "--steps", "2")
      #expect(try program.run("replay", "out/000001.png").output.hasSuffix("identical\n"))
      try FileManager.default.removeItem(atPath: net)
      let lost = try program.run("replay", "out/000001.png")
      #expect(lost.code == 1)
      #expect(lost.errors.count == 1 && lost.complaints.contains("renamed.pkl"))
      // A conversion is the same network.
      _ = try program.run("convert", Fixture.path("tiny-cond.pkl"), "converted.safetensors")
      let found = try program.run("replay", "out/000001.png", "--net", "converted.safetensors")
      #expect(found.code == 0 && found.output.hasSuffix("identical\n"))
    }

    @Test(arguments: ["nothing.png", "text.png", "plain.png", "damaged.png"])
    func whatIsNoRecipeIsRefused(name: String) throws {
      let plain = try PNG.encode(Picture(width: 1, height: 1, channels: 1, pixels: [1]))
      let damaged = try PNG.encode(
        Picture(width: 1, height: 1, channels: 1, pixels: [1]), texts: ["autoguide": "{}"])
      try Data("text".utf8).write(to: folder.url.appendingPathComponent("text.png"))
      try Data(plain).write(to: folder.url.appendingPathComponent("plain.png"))
      try Data(damaged).write(to: folder.url.appendingPathComponent("damaged.png"))
      let run = try program.run("replay", name)
      #expect(run.code == 1)
      #expect(run.errors.count == 1 && run.complaints.contains(name))
    }
  }
}
