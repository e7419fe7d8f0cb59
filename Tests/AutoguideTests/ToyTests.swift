import Foundation
import Testing

extension OnDevice {
  /// The 2D example, small.
  @Suite("Toy") struct ToyTests {
    static let small = [
      "--dim", "16", "--gdim", "8", "--layers", "2", "--iterations", "30", "--giterations", "10",
      "--batch", "256", "--points", "256", "--steps", "8", "--quiet",
    ]

    @Test("draws both figures, keeps the networks and uses them again")
    func draw() throws {
      let folder = try TemporaryFolder()
      var program = Program()
      program.folder = folder.url
      let first = try program.run(["toy", "--outdir", "toy"] + Self.small)
      #expect(first.code == 0, "\(first.complaints)")
      #expect(first.output == "toy/figure1.png\ntoy/figure2.png\n")
      #expect(
        folder.names == [
          "toy/figure1.png", "toy/figure2.png", "toy/main.safetensors", "toy/weak.safetensors",
        ])
      let network = try Data(contentsOf: folder.url.appendingPathComponent("toy/main.safetensors"))

      let again = try program.run(
        ["toy", "--outdir", "toy", "--figure1", "a.svg", "--figure2", "b.pdf", "--cfg"]
          + Self.small)
      #expect(again.code == 0, "\(again.complaints)")
      #expect(folder.text("a.svg").contains("<svg"))
      #expect(folder.names.contains("toy/cfg.safetensors"))
      #expect(
        try Data(contentsOf: folder.url.appendingPathComponent("toy/main.safetensors")) == network)

      let other = try program.run(["toy", "--outdir", "toy"] + Self.small + ["--seed", "1"])
      #expect(other.code == 1 && other.errors.count == 1)
      #expect(other.errors[0].contains("toy/main.safetensors was trained with other settings"))
      #expect(
        try Data(contentsOf: folder.url.appendingPathComponent("toy/main.safetensors")) == network)
    }

    @Test("evaluates every method, also networks from files")
    func evaluate() throws {
      struct Row: Decodable {
        struct Metrics: Decodable {
          var outliers: Double
          var coverage: Double
          var energyDistance: Double
        }
        var method: String
        var metrics: Metrics
      }
      let folder = try TemporaryFolder()
      var program = Program()
      program.folder = folder.url
      let run = try program.run(["toy", "evaluate", "--json", "--cfg"] + Self.small)
      #expect(run.code == 0, "\(run.complaints)")
      let decoder = JSONDecoder()
      decoder.keyDecodingStrategy = .convertFromSnakeCase
      let rows = try decoder.decode([Row].self, from: Data(run.output.utf8))
      #expect(rows.count == 5)
      #expect(rows[0].method == "Ground truth" && rows[0].metrics.outliers < 0.03)
      // Hardly trained: far from the truth.
      #expect(rows[1].metrics.energyDistance > 10 * rows[0].metrics.energyDistance)

      let files = [
        "--net", "out/toy/main.safetensors", "--gnet", "out/toy/weak.safetensors", "--outdir", "x",
      ]
      let table = try program.run(["toy", "evaluate"] + files + Self.small)
      #expect(table.code == 0, "\(table.complaints)")
      #expect(table.output.split(separator: "\n").count == 6)
      let missing = try program.run(["toy", "evaluate", "--net", "no.pkl"] + Self.small)
      #expect(missing.code == 1 && missing.errors.count == 1)
      #expect(missing.errors[0].contains("no.pkl"))
    }

    @Test(
      "stopped by a signal or killed, it goes on to the same bits", arguments: [SIGINT, SIGKILL])
    func resume(signal: Int32) throws {
      let folder = try TemporaryFolder()
      var program = Program()
      program.folder = folder.url
      // After the small settings, of which the last ones count.
      let options = Self.small + ["--iterations", "3000"]
      let whole = try program.run(["toy", "evaluate", "--outdir", "whole"] + options)
      #expect(whole.code == 0, "\(whole.complaints)")

      let running = try program.start(["toy", "evaluate", "--outdir", "stopped"] + options)
      Thread.sleep(forTimeInterval: 1)
      kill(running.process.processIdentifier, signal)
      let stopped = running.finish()
      #expect(stopped.code == 128 + signal || stopped.code == 0)
      if signal == SIGINT && stopped.code != 0 {
        #expect(folder.names.contains { $0.hasSuffix(".state.safetensors") })
      }
      let resumed = try program.run(["toy", "evaluate", "--outdir", "stopped"] + options)
      #expect(resumed.code == 0, "\(resumed.complaints)")
      #expect(resumed.output == whole.output)
      for name in ["main.safetensors", "weak.safetensors"] {
        let (a, b) = (
          folder.url.appendingPathComponent("whole/\(name)"),
          folder.url.appendingPathComponent("stopped/\(name)")
        )
        #expect(try Data(contentsOf: a) == Data(contentsOf: b), "\(name)")
      }
      #expect(!folder.names.contains { $0.contains("state") })
    }

    @Test("animates into a file or a folder")
    func animate() throws {
      let folder = try TemporaryFolder()
      var program = Program()
      program.folder = folder.url
      let options = Self.small + ["--steps", "3"]
      let file = try program.run(["toy", "animate", "--animation", "flow.png"] + options)
      #expect(file.code == 0, "\(file.complaints)")
      let bytes = try Data(contentsOf: folder.url.appendingPathComponent("flow.png"))
      #expect(bytes.range(of: Data("acTL".utf8)) != nil)
      #expect(bytes.range(of: Data("fdAT".utf8)) != nil)
      let frames = try program.run(["toy", "animate", "--animation", "frames"] + options)
      #expect(frames.code == 0, "\(frames.complaints)")
      #expect(folder.names.filter { $0.hasPrefix("frames/") }.count == 4)
    }

    @Test(
      "wrong options have one line",
      arguments: [
        ["--dim", "0"], ["--iterations", "-1"], ["--ema", "0.5"], ["--figure1", "a.gif"],
        ["--points", "0"], ["--lr", "nan"],
      ])
    func wrong(options: [String]) throws {
      let run = try Program().run(["toy"] + options)
      #expect(run.code == 64 && run.errors.count == 1, "\(run.complaints)")
    }
  }
}
