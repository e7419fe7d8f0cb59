import Foundation
import GuidedDiffusion
import Testing

/// Runs that are killed, have no room, or find damaged files: the bits of an undisturbed one, or a
/// clear error and nothing lost.
@Suite struct FaultTests {
  private let folder: TemporaryFolder
  private var program: Program { Program(folder: folder.url) }

  /// Five blocks, of a few images each so that a run is short.
  private static let seeds = "0-5,250-255,500-505,750-755,1000-1003"
  private let evaluation =
    ["evaluate", "--net", Fixture.path("tiny-weak.pkl"), "--steps", "1", "--batch", "3", "--quiet"]
    + ["--seeds", seeds, "--inception", Fixture.path("tiny-inception.pt")]

  init() throws { folder = try TemporaryFolder() }

  private func bytes(_ name: String) throws -> Data {
    try Data(contentsOf: URL(filePath: folder.path(name)))
  }

  /// The statistics of one undisturbed process.
  private func undisturbed() throws -> Data {
    let run = try program.run(evaluation + ["--shard", "0/1", "--dest", "whole.safetensors"])
    #expect(run.code == 0, "\(run.complaints)")
    return try bytes("whole.safetensors")
  }

  private func rank(_ index: Int, of count: Int) -> Program {
    var program = program
    program.environment = ["RANK": "\(index)", "WORLD_SIZE": "\(count)"]
    return program
  }

  private var shared: [String] {
    evaluation + ["--ref", "whole.safetensors", "--dest", "all.safetensors"]
  }

  @Test func ranksThatAreKilledAtAnyMomentGoOn() throws {
    let whole = try undisturbed()
    let start = Date()
    #expect(try rank(0, of: 3).run(shared).code == 0)
    let duration = Date().timeIntervalSince(start)
    #expect(try bytes("all.rank-0-of-3.safetensors").count > 0)
    // Moments from before the first image to after the last, the same in every run of the test.
    var generator = SeededGenerator(seed: 6)
    for kill in 0..<20 {
      let count = kill % 2 == 0 ? 3 : 2
      let running = try rank(kill % count, of: count).start(shared)
      Thread.sleep(forTimeInterval: duration * 1.2 * Double(generator.next() % 1000) / 1000)
      Glibc.kill(running.process.processIdentifier, SIGKILL)
      let code = running.finish().code
      #expect([0, 128 + SIGKILL].contains(code))
    }
    // Killed while it was writing, which few of the twenty are.
    try Data("part".utf8).write(
      to: URL(filePath: folder.path(".all.rank-1-of-2.safetensors.1.partial")))
    var outputs: [String] = []
    for index in 0..<3 {
      let run = try rank(index, of: 3).run(shared)
      #expect(run.code == 0, "\(run.complaints)")
      outputs.append(run.output)
    }
    #expect(outputs.last?.hasPrefix("FID 0.0000  28 images") == true, "\(outputs)")
    #expect(try bytes("all.safetensors") == whole)
    #expect(!folder.names.contains { $0.contains("rank-") })
  }

  @Test func theLastOfRanksAtOnceJoinsThem() throws {
    let whole = try undisturbed()
    let running = try (0..<2).map { try rank($0, of: 2).start(shared) }
    let runs = running.map { $0.finish() }
    #expect(runs.allSatisfy { $0.code == 0 }, "\(runs.map(\.complaints))")
    #expect(runs.contains { $0.output.hasPrefix("FID 0.0000  28 images") }, "\(runs.map(\.output))")
    #expect(try bytes("all.safetensors") == whole)
    #expect(!folder.names.contains { $0.contains("rank-") || $0.contains("lock") })
  }

  @Test func aFullDiskLosesNothing() throws {
    let whole = try undisturbed()
    let limit = whole.count / 2 / 1024
    var shell = Program(folder: folder.url)
    shell.executable = URL(filePath: "/bin/bash")
    let words = ["-c", "ulimit -f \(limit); exec \"$0\" \"$@\"", Program.url.path]
    let full = try shell.run(
      words + evaluation + ["--shard", "0/1", "--dest", "part.safetensors"])
    #expect(full.code == 1 && full.errors.count == 1, "\(full.complaints)")
    #expect(full.complaints.contains("part.safetensors") && full.complaints.contains("large"))
    let kept = try FeatureStatistics(folder.path("part.safetensors"))
    #expect(0 < kept.count && kept.count < 28)
    #expect(folder.names == ["part.safetensors", "whole.safetensors"])
    let resumed = try program.run(
      evaluation + ["--shard", "0/1", "--dest", "part.safetensors"])
    #expect(resumed.code == 0, "\(resumed.complaints)")
    #expect(try bytes("part.safetensors") == whole)
  }

  @Test func damagedPartsAreNamedAndNothingElseIsLost() throws {
    let whole = try undisturbed()
    for index in 0..<2 { _ = try rank(index, of: 3).run(shared) }
    let (first, second) = ("all.rank-0-of-3.safetensors", "all.rank-1-of-3.safetensors")
    let intact = try bytes(second)
    var flipped = intact
    flipped[flipped.count - 100] ^= 1
    for damaged in [flipped, intact.dropLast(8), Data(), Data("garbage".utf8)] {
      try damaged.write(to: URL(filePath: folder.path(second)))
      let run = try rank(2, of: 3).run(shared)
      #expect(run.code == 1 && run.errors.count == 1, "\(run.complaints)")
      #expect(run.complaints.contains(second), "\(run.complaints)")
      #expect(folder.names.contains(first))
    }
    try FileManager.default.removeItem(atPath: folder.path(second))
    for index in 1..<3 {
      let run = try rank(index, of: 3).run(shared)
      #expect(run.code == 0, "\(run.complaints)")
    }
    #expect(try bytes("all.safetensors") == whole)
  }
}

/// A linear congruential generator (Knuth's MMIX): the same moments in every run.
private struct SeededGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return state >> 33
  }
}
