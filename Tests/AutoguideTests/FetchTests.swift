import Foundation
import GuidedDiffusion
import LocalServer
import Synchronization
import Testing

@Suite struct FetchTests {
  private let folder: TemporaryFolder
  private var program: Program {
    Program(environment: ["AUTOGUIDE_CACHE": folder.url.path], folder: folder.url)
  }
  private let preset = "edm2-img64-s-autog-fid"
  private let names = ["edm2-img64-s-1073741-0.045.pkl", "edm2-img64-xs-0134217-0.110.pkl"]

  init() throws { folder = try TemporaryFolder() }

  @Test func aPresetIsFetchedFromAMirrorAndUsed() throws {
    let server = try PublishedServer.autoguidance()
    let run = try program.run("fetch", preset, "--mirror", server.url)
    let paths = names.map { folder.path("networks/\($0)") }
    #expect(run.code == 0 && run.output == paths.map { "\($0)\n" }.joined(), "\(run.complaints)")
    let lines = run.complaints.split(separator: "\n")
    #expect(lines[0].hasPrefix("\(names[0])  561 MB"), "\(run.complaints)")
    #expect(lines[2].hasPrefix("to download: 810 MB into \(folder.path("networks"))"))
    #expect(lines[2].contains("CC BY-NC-SA"))
    #expect(folder.names.filter { $0.hasPrefix("networks/") }.count == 4)
    #expect(server.requests.count == 2)

    let again = try program.run("fetch", preset, "--offline")
    #expect(again.code == 0 && again.output == run.output && again.complaints.isEmpty)
    let drawn = try program.run(
      "generate", "--preset", preset, "--seeds", "0", "--steps", "2", "--quiet")
    #expect(drawn.code == 0, "\(drawn.complaints)")
  }

  @Test func aDryRunNeedsNothing() throws {
    let run = try program.run(
      ["fetch", "--all", "--dry-run", "--json"]
        + Preset.all.filter {
          $0.method == .unguided || $0.guide != nil
        }.map(\.name))
    #expect(run.code == 0 && run.complaints.isEmpty, "\(run.complaints)")
    let rows = try #require(
      try JSONSerialization.jsonObject(with: Data(run.output.utf8)) as? [[String: Any]])
    for row in rows {
      #expect(row["bytes_to_download"] as? Int ?? 0 > 10_000_000, "\(row)")
      #expect((row["url"] as? String)?.hasPrefix("https://") == true)
    }
    #expect(rows.count == Set(rows.compactMap { $0["file"] as? String }).count)
    #expect(folder.names.isEmpty)
  }

  @Test func networksThatAreNotPublishedAreReconstructed() throws {
    // The guide of the row with reduced training only: S after 128 Mi images, EMA 0.130.
    let snapshots = ["0067108-0.050", "0067108-0.100", "0134217-0.050", "0134217-0.100"]
    var files = Dictionary(
      uniqueKeysWithValues: (snapshots + ["0201326-0.050"]).map {
        ("raw-snapshots/edm2-img512-s/edm2-img512-s-\($0).pkl", Fixture.path("tiny-cond.pkl"))
      })
    let main = "posthoc-reconstructions/edm2-img512-s-2147483-0.090.pkl"
    files[main] = Fixture.path("tiny-cond.pkl")
    let server = try PublishedServer.start(files)
    let name = "edm2-img512-s-autog-reduced-training-fid"
    let run = try program.run("fetch", name, "--mirror", server.url)
    #expect(run.code == 0, "\(run.complaints)")
    let guide = folder.path("networks/edm2-img512-s-0134217-0.130.safetensors")
    #expect(run.output.hasSuffix("\n\(guide)\n"))
    #expect(run.complaints.contains("from 4 snapshots"))
    #expect(!server.requests.contains { $0.path.contains("0201326") })
    // All snapshots are one network; so is every average, but for rounding in its fp16.
    let average = try EDM2Network(guide)
    #expect(
      try average.configuration == EDM2Network(Fixture.path("tiny-cond.pkl")).configuration)
    let again = try program.run("fetch", name, "--offline", "--quiet")
    #expect(again.code == 0 && again.output == run.output, "\(again.complaints)")
  }

  @Test func failuresAreOneLine() throws {
    let empty = try LocalServer { _ in .init(status: 404, headers: ["Content-Length: 0"]) }
    let page = try LocalServer { .file(Array("<html>Sign in</html>".utf8), $0) }
    let cases: [([String], Int32, String)] = [
      ([preset, "--mirror", empty.url], 1, "not there (404)"),
      ([preset, "--mirror", page.url], 1, "not what it should be"),
      ([preset, "--mirror", "http://127.0.0.1:1"], 1, "cannot be reached"),
      ([preset, "--offline"], 1, "switched off"),
      ([preset, "--mirror", "ftp://example.org"], 64, "--mirror ftp://example.org"),
      (["edm2-img64-s-guid-fid"], 64, "not known which network guides it"),
      (["edm2-img64-s-autog-fit"], 64, "edm2-img64-s-autog-fid"),
      (
        ["edm2-img512-s-uncond-fid", "--mirror", empty.url], 1, "there are no snapshots"
      ),
      ([], 64, "presets"),
    ]
    for (arguments, code, hint) in cases {
      let run = try program.run(["fetch"] + arguments + ["--quiet"])
      #expect(run.code == code && run.output.isEmpty, "\(arguments): \(run.complaints)")
      #expect(run.errors.count == 1 && run.complaints.contains(hint), "\(run.complaints)")
    }
    #expect(!folder.names.contains { $0.hasSuffix(".pkl") })
  }

  @Test func aKilledDownloadGoesOnAndAnotherProcessWaits() throws {
    let bytes = Array(try Data(contentsOf: URL(filePath: Fixture.path("tiny-cond.pkl"))))
    // The first answer comes slowly, the second when both processes are there.
    let isReleased = Atomic(false)
    let server = try LocalServer { request in
      var reply = LocalServer.Reply.file(bytes, request)
      if request.number == 0 { reply.pause = 0.2 }
      if request.number == 1 { Self.waitUntil { isReleased.load(ordering: .relaxed) } }
      return reply
    }
    let arguments = ["fetch", "edm2-img64-s-fid", "--mirror", server.url]
    let killed = try program.start(arguments)
    let part = folder.path("networks/.edm2-img64-s-1073741-0.075.pkl.partial")
    Self.waitUntil { ((try? Data(contentsOf: URL(filePath: part)))?.count ?? 0) > 100_000 }
    kill(killed.process.processIdentifier, SIGKILL)
    #expect(killed.finish().code == 128 + SIGKILL)
    let first = try program.start(arguments)
    Self.waitUntil { server.requests.count == 2 }
    let second = try program.start(arguments)
    Self.waitUntil { second.complaints.contains("another process is fetching") }
    isReleased.store(true, ordering: .relaxed)
    #expect(second.finish().code == 0 && first.finish().code == 0)
    #expect(second.complaints.contains("another process is fetching"))
    #expect(server.requests.count == 2)
    let whole = folder.path("networks/edm2-img64-s-1073741-0.075.pkl")
    #expect(Array(try Data(contentsOf: URL(filePath: whole))) == bytes)
  }

  @Test func anInterruptedDownloadIsKept() throws {
    let bytes = Array(try Data(contentsOf: URL(filePath: Fixture.path("tiny-cond.pkl"))))
    let server = try LocalServer { request in
      var reply = LocalServer.Reply.file(bytes, request)
      if request.number == 0 { reply.pause = 0.2 }
      return reply
    }
    let arguments = ["fetch", "edm2-img64-s-fid", "--mirror", server.url, "--quiet"]
    let running = try program.start(arguments)
    let part = folder.path("networks/.edm2-img64-s-1073741-0.075.pkl.partial")
    Self.waitUntil { ((try? Data(contentsOf: URL(filePath: part)))?.count ?? 0) > 100_000 }
    kill(running.process.processIdentifier, SIGINT)
    #expect(running.finish().code == 130)
    #expect(try program.run(arguments).code == 0)
    #expect(server.requests.last?.start ?? 0 > 100_000)
    let whole = folder.path("networks/edm2-img64-s-1073741-0.075.pkl")
    #expect(Array(try Data(contentsOf: URL(filePath: whole))) == bytes)
  }

  private static func waitUntil(_ condition: () -> Bool) {
    let end = Date(timeIntervalSinceNow: 60)
    while !condition() && Date() < end { Thread.sleep(forTimeInterval: 0.01) }
  }
}
