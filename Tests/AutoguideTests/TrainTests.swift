import Datasets
import Figures
import Foundation
import GuidedDiffusion
import Testing

extension OnDevice {
  /// Training of a tiny network on pictures of 8 x 8 pixels.
  @Suite("Train") struct TrainTests {
    private let folder: TemporaryFolder
    private let program: Program

    static let small = [
      "--data", "bars.zip", "--preset", "tiny", "--status", "1Ki", "--snapshot", "2Ki",
      "--duration", "8Ki", "--quiet",
    ]

    /// 512 pictures of one bar: upright in class 0, lying in class 1.
    init() throws {
      folder = try TemporaryFolder()
      program = Program(folder: folder.url)
      var file = try ZIPWriter(folder.url.appendingPathComponent("bars.zip").path)
      var labels: [String] = []
      for index in 0..<512 {
        let (kind, place) = (index % 2, index / 2 % 7)
        let pixels = (0..<64).map { pixel -> UInt8 in
          let along = kind == 0 ? pixel % 8 : pixel / 8
          return along == place || along == place + 1 ? 230 : 20
        }
        let name = String(format: "00000/img%08d.png", index)
        try file.append(
          name, PNG.encode(Picture(width: 8, height: 8, channels: 1, pixels: pixels)))
        labels.append("[\"\(name)\", \(kind)]")
      }
      try file.append(
        "dataset.json", Array("{\"labels\": [\(labels.joined(separator: ", "))]}".utf8))
      try file.commit()
    }

    private func stats(_ name: String) throws -> [JSON] {
      try folder.text("\(name)/stats.jsonl").split(separator: "\n").map {
        try JSON(parsing: String($0), source: name)
      }
    }

    private func data(_ path: String) throws -> Data {
      try Data(contentsOf: folder.url.appendingPathComponent(path))
    }

    @Test("the loss falls, and snapshots, samples and statistics are kept")
    func train() throws {
      let run = try program.run(["train", "--outdir", "run"] + Self.small)
      #expect(run.code == 0 && run.complaints.isEmpty, "\(run.complaints)")
      let last = ["0.050", "0.100"].map { "run/network-snapshot-0000008-\($0).safetensors" }
      #expect(run.output == last.joined(separator: "\n") + "\n")
      let times = ["0000000", "0000002", "0000004", "0000006", "0000008"]
      let snapshots = times.flatMap { time in
        ["0.050", "0.100"].map { "run/network-snapshot-\(time)-\($0).safetensors" }
      }
      let samples = times.dropFirst().map { "run/samples-\($0).png" }
      let files = ["log.txt", "loss.png", "stats.jsonl", "training-state.safetensors"]
      #expect(
        folder.names.filter { $0.hasPrefix("run/") }
          == (snapshots + samples + files.map { "run/\($0)" } + ["run/training_options.json"])
          .sorted())

      let stats = try stats("run")
      #expect(stats.count == 8 && folder.text("run/log.txt").split(separator: "\n").count == 9)
      let losses = stats.compactMap { $0["Loss/loss"]?["mean"]?.double }
      #expect(losses[0] > 1.2 && losses[7] < 0, "\(losses)")
      #expect(stats[7]["Progress/kimg"]?["mean"]?.double == 8.192)
      #expect(stats[7]["Loss/loss"]?["num"]?.int == 16)

      // A snapshot is a network like any other, and so is an average of several.
      let network = try EDM2Network(folder.url.appendingPathComponent(last[0]).path)
      #expect(network.configuration.labelCount == 2)
      #expect(network.configuration.imageResolution == 8)
      let drawn = try program.run(
        "generate", "--net", last[0], "--gnet", snapshots[2], "--guidance", "1.5", "--seeds", "0-1",
        "--class", "1", "-q")
      #expect(drawn.code == 0, "\(drawn.complaints)")
      let average = try program.run(
        "ema", "reconstruct", "--indir", "run", "--outdir", "ema", "--outstd", "0.07,0.05", "-q")
      #expect(average.code == 0, "\(average.complaints)")
      #expect(folder.names.contains("ema/phema-0000008-0.070.safetensors"))
      let sweep = try program.run(
        "ema", "sweep", "--indir", "run", "--data", "bars.zip", "--outstd", "0.02,0.05,0.2",
        "--images", "256", "--plot", "ema.svg", "--json", "-q")
      #expect(sweep.code == 0, "\(sweep.complaints)")
      let points = try JSON(parsing: sweep.output, source: "sweep").array ?? []
      let sweepLosses = points.compactMap { $0["loss"]?.double }
      // Of so short a training, a long average still holds the beginning.
      #expect(sweepLosses.count == 3 && sweepLosses[2] > sweepLosses[1], "\(sweepLosses)")
      #expect(sweepLosses.allSatisfy { 0 < $0 && $0 < 1 }, "\(sweepLosses)")
      #expect(folder.text("ema.svg").contains("<svg"))
      let misfit = try program.run(
        "ema", "sweep", "--indir", ".", "--data", "bars.zip", "--outstd", "0.02", "-q")
      #expect(misfit.code == 64 && misfit.errors.count == 1, "\(misfit.complaints)")

      let again = try program.run(["train", "--outdir", "run"] + Self.small)
      #expect(again.code == 0 && again.output == run.output, "\(again.complaints)")

      let other = try program.run(["train", "--outdir", "run", "--seed", "1"] + Self.small)
      #expect(other.code == 1 && other.errors.count == 1)
      #expect(other.complaints.contains("run holds a training with other settings"))
      let state = try data("run/training-state.safetensors")
      #expect(try data("run/training-state.safetensors") == state)
    }

    @Test(
      "stopped by a signal or killed, it goes on to the same bits",
      arguments: [(SIGINT, 3), (SIGKILL, 1), (SIGKILL, 5)])
    func resume(signal: Int32, ticks: Int) throws {
      let options = Self.small + ["--checkpoint", "256", "--batch-gpu", "32"]
      let whole = try program.run(["train", "--outdir", "whole"] + options)
      #expect(whole.code == 0, "\(whole.complaints)")

      let running = try program.start(["train", "--outdir", "stopped"] + options)
      // Somewhere in the tick after.
      while running.process.isRunning, try stats("stopped").count < ticks {
        Thread.sleep(forTimeInterval: 0.02)
      }
      Thread.sleep(forTimeInterval: 0.05)
      kill(running.process.processIdentifier, signal)
      let stopped = running.finish()
      #expect(stopped.code == 128 + signal, "\(stopped.complaints)")
      #expect(try stats("stopped").count < 8)
      let resumed = try program.run(["train", "--outdir", "stopped"] + options)
      #expect(resumed.code == 0, "\(resumed.complaints)")
      for name in folder.names where name.hasPrefix("whole/") {
        let other = "stopped/" + name.dropFirst("whole/".count)
        #expect(folder.names.contains(other), "\(other)")
        guard name.hasPrefix("whole/network-snapshot") || name.hasPrefix("whole/samples") else {
          continue
        }
        #expect(try data(name) == data(other), "\(other)")
      }
      // Statistics are those of the undisturbed training, clocks aside.
      for (a, b) in zip(try stats("whole"), try stats("stopped")) {
        for name in ["Loss/loss", "Progress/kimg", "Progress/tick", "Loss/learning_rate"] {
          #expect(a[name] == b[name], "\(name)")
        }
      }
      #expect(try stats("stopped").count == 8)
    }

    @Test("says what it would do")
    func dryRun() throws {
      let run = try program.run(["train", "--dry-run", "--multipliers", "1,3"] + Self.small)
      #expect(run.code == 0 && run.complaints.isEmpty, "\(run.complaints)")
      #expect(run.output.contains("bars.zip, 512 images of 8 x 8, 2 classes"))
      #expect(run.output.contains("channels [8, 24]"))
      let official = try program.run(
        "train", "-n", "--json", "--data", "bars.zip", "--preset", "edm2-img64-m", "--no-cond")
      #expect(official.code == 0, "\(official.complaints)")
      let plan = try JSON(parsing: official.output, source: "plan")
      #expect(plan["recipe"]?["learning_rate"]?.double == 0.009)
      #expect(plan["recipe"]?["duration"]?.int == 2048 << 20)
      #expect(plan["recipe"]?["network"]?["dropout"]?.double == 0.1)
      #expect(plan["recipe"]?["network"]?["label_count"]?.int == 0)
      #expect(folder.names == ["bars.zip"])
    }

    @Test(
      "bad input gets one line",
      arguments: [
        (["--data", "none.zip"], 1, "none.zip"),
        (["--preset", "huge"], 64, "preset 'huge' is not known"),
        (["--batch", "100"], 64, "multiple of the batch, 100"),
        (["--snapshot", "64"], 64, "multiple of 1Ki"),
        (["--duration", "0"], 64, "duration"), (["--lr", "0"], 64, "learning rate"),
        (["--lr", "nan"], 64, "learning rate"), (["--dropout", "1"], 64, "dropout"),
        (["--ema", "0.5"], 64, "ema"), (["--batch-gpu", "0"], 64, "--batch-gpu"),
        (["--multipliers", "1,2,2,2,2"], 64, "8 pixels in 5 levels"),
        (["--channels", "-1"], 64, "channels"), (["--duration", "12parsecs"], 64, "duration"),
      ])
    func badInput(arguments: [String], code: Int, hint: String) throws {
      let run = try program.run(["train", "--outdir", "run"] + Self.small + arguments)
      #expect(Int(run.code) == code, "\(run.complaints)")
      #expect(run.errors.count == 1 && run.complaints.contains(hint), "\(run.complaints)")
      #expect(folder.names == ["bars.zip"])
    }

    @Test("classes that are asked for must be there")
    func labels() throws {
      var file = try ZIPWriter(folder.url.appendingPathComponent("plain.zip").path)
      let picture = Picture(
        width: 8, height: 8, channels: 1, pixels: .init(repeating: 9, count: 64))
      try file.append("a.png", PNG.encode(picture))
      try file.commit()
      let run = try program.run(["train", "--cond"] + Self.small + ["--data", "plain.zip"])
      #expect(run.code == 1 && run.errors.count == 1, "\(run.complaints)")
      #expect(run.complaints.contains("plain.zip has no labels"))
      let plan = try program.run(["train", "-n"] + Self.small + ["--data", "plain.zip"])
      #expect(plan.code == 0 && plan.output.contains("without classes"))
    }
  }
}
