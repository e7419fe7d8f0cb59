import Foundation
import GuidedDiffusion
import Testing

extension OnDevice {
  /// Bad input gives one clear line, the right exit code, and no file.
  @Suite struct BadInputTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    /// Runs and expects one line that contains `hint`.
    private func expectFailure(_ arguments: [String], code: Int32, hint: String) throws {
      let run = try Program(folder: folder.url).run(arguments)
      #expect(run.code == code, "\(arguments): \(run.complaints)")
      #expect(run.errors.count == 1, "\(arguments): \(run.complaints)")
      #expect(run.complaints.contains(hint), "\(arguments): \(run.complaints)")
      #expect(run.output.isEmpty)
      #expect(!folder.names.contains { $0.hasPrefix("out/") })
    }

    @Test(arguments: [
      (["--guidance", "nan"], "guidance is nan"),
      (["--guidance", "inf"], "guidance is inf"),
      (["--guidance", "two"], "two"),
      (["--guidance", "1.5,2"], "2 guidance weights for 1"),
      (["--net", Fixture.path("fashion-main.pkl"), "--class", "10"], "0 to 9"),
      (["--net", Fixture.path("fashion-main.pkl"), "--class", "-1"], "0 to 9"),
      (["--seeds", ""], "seed"),
      (["--seeds", "3-1"], "backwards"),
      (["--seeds", "1,x"], "'x'"),
      (["--seeds", "0-99999999999"], "split"),
      (["--steps", "0"], "steps is 0"),
      (["--sigma_min", "0"], "sigma_min is 0"),
      (["--sigma-max", "0.001"], "sigma_max"),
      (["--rho", "nan"], "rho is nan"),
      (["--S_churn", "-1"], "S_churn is -1"),
      (["--S_noise", "inf"], "S_noise"),
      (["--interval", "3,2"], "LO < HI"),
      (["--interval", "steps:1-40", "--guidance", "2"], "last step"),
      (["--batch", "0"], "--batch is 0"),
      (["--noise", "tpu"], "cuda"),
      (["--state", "float16"], "float32"),
      (["--device", "99"], "99"),
      (["--kernels", "tpu"], "gpu"),
      (["--kernels", "cpu", "--precision", "half"], "--precision half needs --kernels gpu"),
      (["--device", "fallback", "--kernels", "gpu"], "need an OpenCL device"),
      (["--preset", "edm2-img512-s-autog-fit"], "edm2-img512-s-autog-fid"),
      (["--gnet", "a.pkl"], "--net"),
      (["--grid", "a.png", "--seeds", "0-5000"], "at most"),
    ])
    func optionsThatCannotBeUsed(options: [String], hint: String) throws {
      try expectFailure(["generate"] + options, code: 64, hint: hint)
    }

    @Test func aClassThatTheBuiltInPairDoesNotKnow() throws {
      let names = try #require(EDM2Network.embedded.main.classNames)
      try expectFailure(["generate", "--class", "no such class"], code: 64, hint: names[1])
    }

    @Test(arguments: ["info", "convert", "generate"])
    func filesThatAreNoNetworks(command: String) throws {
      let whole = try Data(contentsOf: URL(fileURLWithPath: Fixture.path("tiny-uncond.pkl")))
      var flipped = whole
      flipped[40] ^= 0x5a
      let files: [String: Data] = [
        "empty.pkl": Data(), "truncated.pkl": whole.prefix(whole.count / 2),
        "garbage.pkl": Data((0..<5000).map { UInt8(truncatingIfNeeded: $0 &* $0 >> 3) }),
        "flipped.pkl": flipped, "page.pkl": Data("<html></html>".utf8),
        "header.safetensors": Data([255, 255, 255, 255, 255, 255, 255, 127] + Array("{}".utf8)),
      ]
      for (name, bytes) in files {
        try bytes.write(to: folder.url.appendingPathComponent(name))
      }
      for name in files.keys.sorted() + ["missing.pkl", "/", Fixture.path("philox.json")] {
        let arguments =
          switch command {
          case "info": ["info", name]
          case "convert": ["convert", name, "out/x.safetensors"]
          default: ["generate", "--net", name]
          }
        try expectFailure(arguments, code: 1, hint: name)
      }
    }

    @Test func aCheckpointThatIsNoEDM2Network() throws {
      let file = Fixture.path("tiny-uncond.forward.safetensors")
      try expectFailure(["info", file], code: 1, hint: "tiny-uncond.forward.safetensors")
      let run = try Program().run("info", "--tensors", file)
      #expect(run.code == 0 && run.output.contains("denoised  F32 ["))
    }

    @Test func guidesThatDoNotFit() throws {
      let (main, other) = (Fixture.path("fashion-main.pkl"), Fixture.path("tiny-weak.pkl"))
      try expectFailure(
        ["generate", "--net", main, "--gnet", other, "--guidance", "2"], code: 1,
        hint: "tiny-weak.pkl")
      try expectFailure(["generate", "--net", main, "--guidance", "2"], code: 64, hint: "guid")
    }

    @Test func classesOfANetworkWithoutAny() throws {
      try expectFailure(
        ["generate", "--net", Fixture.path("tiny-uncond.pkl"), "--class", "0"], code: 64,
        hint: "no classes")
    }

    @Test func presetsWithoutTheirFiles() throws {
      let program = Program(environment: ["AUTOGUIDE_CACHE": folder.url.path], folder: folder.url)
      let run = try program.run("generate", "--preset", "edm2-img64-s-autog-fid")
      #expect(run.code == 1)
      #expect(run.errors.count == 1)
      #expect(run.complaints.contains("edm2-img64-s-1073741-0.045.pkl"))
      #expect(run.complaints.contains("\(folder.url.path)/networks"))
      #expect(run.complaints.contains("CC BY-NC-SA"))
    }

    @Test func outputsThatCannotBeWritten() throws {
      try Data().write(to: folder.url.appendingPathComponent("file"))
      try expectFailure(
        ["generate", "--seeds", "0", "--outdir", "file/out"], code: 1, hint: "file is no folder")
      try expectFailure(
        ["convert", Fixture.path("tiny-uncond.pkl"), "/dev/full"], code: 1,
        hint: "No space left on device")
      try expectFailure(
        ["convert", Fixture.path("tiny-uncond.pkl"), "file"], code: 1, hint: "--overwrite")
      let full = try Program(folder: folder.url, outputPath: "/dev/full").run(
        "generate", "--seeds", "0", "--steps", "1", "--quiet")
      #expect(full.code == 1)
      #expect(full.errors == ["error: cannot write standard output: No space left on device"])
      let grid = try Program(folder: folder.url).run(
        "generate", "--seeds", "0", "--steps", "1", "--grid", "/dev/full", "--quiet")
      #expect(grid.code == 1)
      #expect(grid.errors == ["error: cannot write /dev/full: No space left on device"])
    }
  }
}
