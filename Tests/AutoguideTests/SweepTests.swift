import Figures
import Foundation
import GuidedDiffusion
import Testing

/// Sweeps of tiny networks, measured by a small network of Inception's structure.
@Suite struct SweepTests {
  private let folder: TemporaryFolder
  private var program: Program { Program(folder: folder.url) }
  private static let inception = ["--inception", Fixture.path("tiny-inception.pt")]
  private static let networks = [
    "--net", Fixture.path("tiny-cond.pkl"), "--gnet", Fixture.path("tiny-weak.pkl"), "--gnet",
    Fixture.path("tiny-uncond.pkl"), "--label", "autoguidance", "--label", "CFG",
  ]

  init() throws {
    folder = try TemporaryFolder()
    try FileManager.default.createDirectory(
      at: folder.url.appendingPathComponent("real"), withIntermediateDirectories: true)
    for index in 0..<5 {
      let pixels = (0..<256).map { UInt8(($0 * $0 * (index + 2)) % 256) }
      let picture = Picture(width: 16, height: 16, channels: 1, pixels: pixels)
      try Data(PNG.encode(picture)).write(to: URL(filePath: folder.path("real/\(index).png")))
    }
    let run = try program.run(
      ["metrics", "ref", "real", "--dest", "ref.safetensors", "--quiet"] + Self.inception)
    #expect(run.code == 0, "\(run.complaints)")
  }

  private func sweep(_ arguments: String...) throws -> Run { try sweep(arguments) }

  private func sweep(_ arguments: [String]) throws -> Run {
    try program.run(
      ["sweep", "--ref", "ref.safetensors", "--steps", "1", "--outdir", "out"] + arguments
        + Self.inception)
  }

  private var points: [String] { folder.names.filter { $0.hasPrefix("out/points/") } }

  @Test func measuresEachGuideAndRefines() throws {
    let arguments = Self.networks + ["--guidance", "1,2", "--refine", "1", "--quiet"]
    let run = try program.run(
      ["sweep", "--ref", "ref.safetensors", "--steps", "1", "--outdir", "out", "--seeds", "0-3"]
        + arguments + Self.inception)
    #expect(run.code == 0, "\(run.complaints)")
    let rows = run.output.split(separator: "\n").filter { $0.hasPrefix("| ") }
    #expect(rows.count == 2 + 3 + 4 && run.complaints.isEmpty)
    #expect(rows[0] == "| guide | w | FID | images |" && rows[2].hasPrefix("| none | 1 | "))
    #expect(
      rows.filter { $0.hasPrefix("| CFG") }.compactMap {
        $0.split(separator: " ").dropFirst(3).first
      }
        == ["1.5", "2", "2.5"])
    #expect(points.count == 7)
    // The statistics are those of `evaluate`.
    let evaluated = try program.run(
      [
        "evaluate", "--ref", "ref.safetensors", "--steps", "1", "--seeds", "0-3", "--guidance",
        "2", "--dest", "e.safetensors", "--quiet",
      ] + Array(Self.networks.prefix(4)) + Self.inception)
    #expect(evaluated.code == 0, "\(evaluated.complaints)")
    let point = try #require(points.first { $0.contains("tiny_weak-w2-") })
    #expect(
      try Data(contentsOf: URL(filePath: folder.path(point)))
        == Data(contentsOf: URL(filePath: folder.path("e.safetensors"))))
    // The charts name both guides; the table is what was printed.
    let svg = folder.text("out/curves.svg")
    #expect(svg.hasPrefix("<?xml") && svg.contains("</svg>"))
    #expect(try PNG.decode(readBytes("out/curves.png")).picture.width > 600)
    #expect(folder.text("out/results.md").contains(rows.joined(separator: "\n")))
  }

  private func readBytes(_ name: String) throws -> [UInt8] {
    Array(try Data(contentsOf: URL(filePath: folder.path(name))))
  }

  @Test func aStoppedSweepGoesOnToTheSameBits() throws {
    let options = ["--seeds", "0-299", "--guidance", "1,2", "--first", "250", "--quiet"]
    let arguments =
      ["sweep", "--ref", "ref.safetensors", "--steps", "1"] + Self.networks + options
      + Self.inception
    let running = try program.start(arguments + ["--outdir", "out"])
    let end = Date(timeIntervalSinceNow: 60)
    while points.count < 2 && running.process.isRunning && Date() < end {
      Thread.sleep(forTimeInterval: 0.01)
    }
    kill(running.process.processIdentifier, SIGKILL)
    #expect(running.finish().code == 128 + SIGKILL)
    #expect(points.count < 3)
    for outdir in ["out", "whole"] {
      let run = try program.run(arguments + ["--outdir", outdir])
      #expect(run.code == 0, "\(run.complaints)")
    }
    #expect(points.count == 3)
    for name in points + ["out/curves.svg", "out/results.md"] {
      let other = "whole" + name.dropFirst(3)
      #expect(try readBytes(name) == readBytes(other), "\(name)")
    }
    // More seeds extend what is there, to the bits of one run.
    let more = ["--seeds", "0-399", "--guidance", "1", "--first", "0"]
    for outdir in ["out", "fresh"] {
      let run = try program.run(
        ["sweep", "--ref", "ref.safetensors", "--steps", "1", "--outdir", outdir] + Self.networks
          + more + Self.inception)
      #expect(run.code == 0 && run.output.contains("| 400 |"), "\(run.complaints)")
      #expect(run.complaints.contains(outdir == "out" ? "150 images in" : "400 images in"))
    }
    let name = try #require(points.first { $0.contains("none-") })
    #expect(try readBytes(name) == readBytes("fresh" + name.dropFirst(3)))
  }

  /// Snapshots of a training, all of one network.
  private func makeTraining(_ name: String, of network: String) throws {
    let path = folder.url.appendingPathComponent(name)
    try FileManager.default.createDirectory(at: path, withIntermediateDirectories: true)
    for time in ["0000008", "0000016"] {
      for length in ["0.050", "0.100"] {
        try FileManager.default.copyItem(
          atPath: Fixture.path(network),
          toPath: path.appendingPathComponent("network-snapshot-\(time)-\(length).pkl").path)
      }
    }
  }

  @Test func averagesOfTrainingsAreAxes() throws {
    try makeTraining("main", of: "tiny-cond.pkl")
    try makeTraining("guide", of: "tiny-weak.pkl")
    func sweep(_ arguments: [String]) throws -> Run {
      try self.sweep(
        ["--seeds", "0-2", "--guidance", "1,2", "--net", "main", "--ema", "0.05,0.1", "--quiet"]
          + arguments)
    }
    let snapshot = "guide/network-snapshot-0000008-0.100.pkl"
    let plan = try sweep(["--gnet", snapshot, "--guide-ema", "0.1,0.15", "--dry-run"])
    #expect(plan.code == 0 && plan.output.contains("6 points"), "\(plan.complaints)")
    #expect(plan.output.contains("| guide | w 2, EMA 0.050 / 0.150 | 3 | 2 |"))
    #expect(!folder.names.contains { $0.hasPrefix("out/") })

    let run = try sweep(["--gnet", snapshot, "--guide-ema", "0.1,0.15"])
    #expect(run.code == 0 && run.complaints.isEmpty, "\(run.complaints)")
    #expect(run.output.hasPrefix("| guide | w | EMA | EMA of the guide | FID | images |"))
    let networks = folder.names.filter { $0.hasPrefix("out/networks/") }
    let names = networks.compactMap { $0.split(separator: "/").last }
    #expect(
      names == [
        "phema-0000008-0.100.safetensors", "phema-0000008-0.150.safetensors",
        "phema-0000016-0.050.safetensors", "phema-0000016-0.100.safetensors",
      ])
    #expect(points.count == 6)
    for name in ["curves", "map-w-ema", "map-w-guide-ema", "map-ema-guide-ema"] {
      #expect(folder.text("out/\(name).svg").contains("</svg>"), "\(name)")
      #expect(run.output.contains("out/\(name).png\n"))
    }
    // Again, from what is there; and with one length for both.
    let again = try sweep(["--gnet", snapshot, "--guide-ema", "0.1,0.15"])
    #expect(again.output == run.output)
    let same = try sweep(["--gnet", "guide"])
    #expect(same.code == 0, "\(same.complaints)")
    #expect(same.output.contains("| guide | 2 | 0.100 | 0.100 |"))
    #expect(points.count == 8)
  }

  @Test func emaSweepMeasuresTheDistance() throws {
    try makeTraining("main", of: "tiny-cond.pkl")
    let arguments = [
      "ema", "sweep", "--indir", "main", "--outstd", "0.05,0.1", "--ref", "ref.safetensors",
      "--seeds", "0-2", "--steps", "1", "--plot", "ema.svg", "--quiet",
    ]
    let run = try program.run(arguments + Self.inception)
    #expect(run.code == 0 && run.complaints.isEmpty, "\(run.complaints)")
    #expect(run.output.hasPrefix("| guide | w | EMA | FID | images |"))
    #expect(run.output.contains("| none | 1 | 0.050 | "))
    #expect(folder.text("ema.svg").contains("</svg>"))
    let guided = try program.run(
      arguments + ["--gnet", Fixture.path("tiny-weak.pkl"), "--guidance", "2"] + Self.inception)
    #expect(guided.code == 0, "\(guided.complaints)")
    #expect(guided.output.contains("| tiny-weak | 2 | 0.100 | "))
    #expect(folder.names.count { $0.hasPrefix("out/ema-sweep/points/") } == 4)
    for options in [["--data", "real"], ["--guidance", "2"]] {
      let wrong = try program.run(arguments + options + Self.inception)
      #expect(wrong.code == 64 && wrong.errors.count == 1, "\(wrong.complaints)")
    }
  }

  @Test func aDryRunComputesNothing() throws {
    let run = try sweep("--dry-run", "--seeds", "0-9", "--guidance", "1,1.25,...,2")
    #expect(run.code == 0, "\(run.complaints)")
    #expect(run.output.contains("5 points of 10 images, 50 to draw"))
    #expect(run.output.contains("| none | no guidance | 10 | 1 |"))
    #expect(run.output.contains("| embedded guide network | w 1.75 | 10 | 2 |"))
    // One guide with and without an interval: its evaluations are left out where it does not act.
    let weak = ["--gnet", Fixture.path("tiny-weak.pkl")]
    let intervals = try program.run(
      ["sweep", "--ref", "ref.safetensors", "--dry-run", "--seeds", "0-9", "--guidance", "2"]
        + ["--steps", "4", "--net", Fixture.path("tiny-cond.pkl")] + weak
        + ["--label", "all", "--guide-interval", "all"] + weak
        + ["--label", "middle", "--guide-interval", "steps:1-2"] + Self.inception)
    #expect(intervals.code == 0, "\(intervals.complaints)")
    #expect(intervals.output.contains("| all | w 2 | 10 | 14 |"))
    #expect(intervals.output.contains("| middle | w 2 | 10 | 11 |"))
    #expect(intervals.output.contains(", time about "))
    #expect(folder.names.allSatisfy { !$0.hasPrefix("out/") })
  }

  @Test(arguments: [
    (["--ref", "none.safetensors"], 1, "none.safetensors"),
    (["--ref", "real"], 64, "--ref real is no file"),
    (["--refine", "99"], 64, "--refine is 99"),
    (["--first", "1"], 64, "--first is 1"),
    (["--label", "a", "--label", "b"], 64, "2 --label for 1"),
    (["--guidance", "1,x"], 64, "guidance"),
    (["--guidance", "nan"], 64, "guidance is nan"),
    (["--net", "none.pkl"], 1, "none.pkl"),
    (["--seeds", "9-0"], 64, "runs backwards"),
    (["--ema", "0.1"], 64, "--ema and --guide-ema need --net"),
    (["--ema", "0.5"], 64, "ema"),
    (["--ema", "0.0505", "--net", "real"], 64, "three decimals"),
    (["--ema", "0.1", "--net", "real"], 64, "no snapshots"),
    (["--ema", "0.1", "--net", "none"], 1, "none"),
    (["--net", "real"], 64, "real is a folder"),
    (["--guide-ema", "0.1", "--net", Fixture.path("tiny-cond.pkl")], 64, "--guide-ema needs"),
    (["--guide-interval", "all", "--guide-interval", "1,2"], 64, "2 --guide-interval for 1"),
    (["--outdir", "ref.safetensors"], 1, "no folder"),
    (["--net", Fixture.path("tiny-cond.pkl"), "--guidance", "2"], 64, "--gnet"),
    (
      [
        "--net", Fixture.path("tiny-cond.pkl"), "--gnet", Fixture.path("tiny-weak.pkl"), "--gnet",
        Fixture.path("tiny-weak.pkl"),
      ], 64, "--label"
    ),
  ])
  func badInputGivesOneLine(options: [String], code: Int, hint: String) throws {
    let ref = options.contains("--ref") ? [] : ["--ref", "ref.safetensors"]
    let run = try program.run(["sweep"] + ref + options + Self.inception)
    #expect(Int(run.code) == code, "\(run.complaints)")
    #expect(run.errors.count == 1 && run.complaints.contains(hint), "\(run.complaints)")
    #expect(run.output.isEmpty && !folder.names.contains { $0.contains("points/") })
  }
}
