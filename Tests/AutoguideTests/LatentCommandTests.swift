import Datasets
import Figures
import Foundation
import GuidedDiffusion
import Testing

/// Networks of latents with a small autoencoder.
@Suite struct LatentCommandTests {
  private let folder: TemporaryFolder
  private let program: Program
  private let network = ["--net", Fixture.path("small-latent.pkl"), "--steps", "1"]
  private let vae = ["--vae", Fixture.path("tiny-vae-decoder.safetensors")]

  init() throws {
    folder = try TemporaryFolder()
    program = Program(
      environment: ["AUTOGUIDE_CACHE": folder.path("cache")], folder: folder.url)
  }

  private func picture(_ name: String) throws -> PNG.Content {
    try PNG.decode([UInt8](Data(contentsOf: folder.url.appendingPathComponent(name))))
  }

  @Test func latentsAreDecodedAndReplayed() throws {
    let run = try program.run(["generate", "--seeds", "0,1"] + network + vae)
    #expect(run.code == 0 && !run.complaints.contains("previews"), "\(run.complaints)")
    #expect(folder.names.filter { $0.hasPrefix("out") } == ["out/000000.png", "out/000001.png"])
    let first = try picture("out/000000.png")
    #expect((first.picture.width, first.picture.height, first.picture.channels) == (256, 256, 3))
    let recipe = try Recipe(text: #require(first.texts[Recipe.keyword]))
    #expect(recipe.decoder?.name == "tiny-vae-decoder.safetensors")

    let net = Array(network.prefix(2))
    let replay = try program.run(["replay", "out/000000.png"] + net + vae)
    #expect(replay.code == 0 && replay.output.hasSuffix("identical\n"), "\(replay.complaints)")
    let missing = try program.run(["replay", "out/000000.png"] + net)
    #expect(missing.code == 1 && missing.errors.count == 1)
    #expect(missing.complaints.contains("name the file with --vae"))

    // Alone and in another batch it is the same; without a decoder it is another picture.
    let alone = try program.run(
      ["generate", "--seeds", "1", "--outdir", "alone", "--batch", "1"] + network + vae)
    #expect(alone.code == 0, "\(alone.complaints)")
    #expect(try picture("alone/000001.png").picture == picture("out/000001.png").picture)
    let other = try program.run(["generate", "--seeds", "0"] + network + ["--vae", "none"])
    #expect(other.complaints.contains("autoguide fetch") && folder.names.contains("out/000000.npy"))
  }

  @Test func theAutoencoderInTheCacheIsTaken() throws {
    let place = folder.url.appendingPathComponent("cache/networks/sd-vae-ft-mse")
    try FileManager.default.createDirectory(at: place, withIntermediateDirectories: true)
    for (from, to) in [
      ("tiny-vae-config.json", "config.json"),
      ("tiny-vae-decoder.safetensors", "diffusion_pytorch_model.safetensors"),
    ] {
      try FileManager.default.copyItem(
        atPath: Fixture.path(from), toPath: place.appendingPathComponent(to).path)
    }
    let run = try program.run(["explore", "--seeds", "0", "--grid", "sheet.png"] + network)
    #expect(run.code == 0 && !run.complaints.contains("previews"), "\(run.complaints)")
    #expect(try picture("sheet.png").picture.width >= 256)
    let without = try program.run(
      ["explore", "--seeds", "0", "--grid", "sheet.png", "--vae", "none"] + network)
    #expect(without.code == 0 && without.complaints.contains("previews"))
  }

  @Test func decodedLatentsAreEvaluated() throws {
    let arguments =
      ["evaluate", "--seeds", "0-2", "--shard", "0/1", "--dest", "s.safetensors"] + network
      + ["--inception", Fixture.path("tiny-inception.pt")]
    let run = try program.run(arguments + vae + ["--keep-images", "kept"])
    #expect(run.code == 0, "\(run.complaints)")
    #expect(try FeatureStatistics(folder.path("s.safetensors")).numbers == [0..<3])
    #expect(try picture("kept/000000/000002.png").picture.width == 256)
    let without = try program.run(arguments)
    #expect(without.code == 1 && without.errors.count == 1)
    #expect(without.complaints.contains("latents, which have no features"))
  }

  @Test func imagesAreEncodedToTrainOn() throws {
    for (index, name) in ["a/0", "a/1", "b/0"].enumerated() {
      let url = folder.url.appendingPathComponent("in/\(name).png")
      try FileManager.default.createDirectory(
        at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
      let pixels = (0..<64 * 64 * 3).map { UInt8(($0 * (index + 3) + $0 / 192) % 256) }
      let picture = Picture(width: 64, height: 64, channels: 3, pixels: pixels)
      try Data(PNG.encode(picture)).write(to: url)
    }
    let encode = [
      "dataset", "encode", "--source", "in", "--dest", "latents.zip", "--vae",
      Fixture.path("tiny-vae-encoder.safetensors"),
    ]
    let run = try program.run(encode)
    #expect(run.code == 0 && run.output == "latents.zip\n", "\(run.complaints)")
    let dataset = try Dataset(folder.path("latents.zip"))
    #expect(dataset.isLatent && dataset.shape.description == "8 x 8 x 8")
    #expect(dataset.names[1] == "00000/img-mean-std-00000001.npy")
    #expect(dataset.labels == .classes([0, 0, 1], count: 2))
    let again = try program.run(encode)
    #expect(again.code == 1 && again.complaints.contains("--overwrite"))
    let train = try program.run(
      "train", "--data", "latents.zip", "--preset", "tiny", "--duration", "64", "--batch", "32",
      "--dry-run")
    #expect(train.code == 0, "\(train.complaints)")
  }

  @Test(arguments: [
    (["generate", "--vae", "none.bin"], 64, "draws pixels"),
    (["generate", "latent", "--vae", "none.bin"], 1, "none.bin"),
    (["generate", "latent", "--vae", "encoder"], 1, "has an encoder only"),
    (["dataset", "encode", "--source", "in", "--dest", "x.zip"], 1, "in"),
  ])
  func badInputGivesOneLine(arguments: [String], code: Int, hint: String) throws {
    let arguments = arguments.flatMap { argument in
      switch argument {
      case "latent": network
      case "encoder": [Fixture.path("tiny-vae-encoder.safetensors")]
      default: [argument]
      }
    }
    let run = try program.run(arguments)
    #expect(Int(run.code) == code, "\(run.complaints)")
    #expect(run.errors.count == 1 && run.complaints.contains(hint), "\(run.complaints)")
  }
}
