import Foundation
import GuidedDiffusion
import LocalServer
import Testing

@testable import Downloads

@Suite struct DownloadTests {
  private let folder = FileManager.default.temporaryDirectory
    .appendingPathComponent("downloads-\(UUID().uuidString)")
  private var target: String { folder.appendingPathComponent("deep/file.bin").path }

  /// 200,000 bytes that are not alike.
  private static let bytes = (0..<200_000).map { UInt8(truncatingIfNeeded: $0 &* 2_654_435 >> 7) }

  private func download(_ server: LocalServer, path: String = "/file.bin") -> Download {
    var download = Download("\(server.url)\(path)", to: target)
    download.pauses = [0, 0]
    return download
  }

  private func content() throws -> [UInt8] {
    Array(try Data(contentsOf: URL(filePath: target)))
  }

  private func names() throws -> [String] {
    try FileManager.default.contentsOfDirectory(
      atPath: URL(filePath: target).deletingLastPathComponent().path
    ).sorted()
  }

  @Test func aFileIsFetchedOnceAndPinned() throws {
    let server = try LocalServer { .file(Self.bytes, $0) }
    var shares: [Int] = []
    let outcome = try download(server).run(progress: {
      shares.append($0)
      #expect($1 == Self.bytes.count)
    })
    #expect(outcome == .fetched)
    #expect(shares.last == Self.bytes.count)
    #expect(try content() == Self.bytes)
    #expect(try names() == ["file.bin", "file.bin.sha256"])
    #expect(try Pin.read(of: target) == Pin.digest(of: target))
    #expect(try download(server).run() == .present)
    #expect(server.requests.count == 1)
  }

  @Test func aDownloadThatBreaksOffGoesOn() throws {
    let server = try LocalServer { request in
      var reply = LocalServer.Reply.file(Self.bytes, request)
      if request.number < 4 { reply.breaksAfter = 40_000 }
      return reply
    }
    #expect(try download(server).run() == .fetched)
    #expect(try content() == Self.bytes)
    #expect(server.requests.map(\.start) == [nil, 40_000, 80_000, 120_000, 160_000])
    #expect(server.requests.dropFirst().allSatisfy { $0.ifRange == "\"1\"" })
  }

  @Test func whatArrivedIsKeptForTheNextRun() throws {
    let server = try LocalServer { request in
      var reply = LocalServer.Reply.file(Self.bytes, request)
      if request.number < 3 { reply.breaksAfter = request.number == 0 ? 50_000 : 0 }
      return reply
    }
    let error = #expect(throws: DownloadError.self) { try download(server).run() }
    #expect(error?.kind == .interrupted)
    #expect(error?.description.contains("what has arrived is kept") == true)
    #expect(try names() == [".file.bin.partial", ".file.bin.partial.json"])
    #expect(try download(server).run() == .fetched)
    #expect(server.requests.last?.start == 50_000)
    #expect(try content() == Self.bytes)
  }

  @Test(arguments: [0, 49_999]) func aDamagedPartIsFetchedAgain(place: Int) throws {
    let server = try LocalServer { request in
      var reply = LocalServer.Reply.file(Self.bytes, request)
      if request.number == 0 { reply.breaksAfter = 50_000 }
      return reply
    }
    var first = download(server)
    first.pauses = []
    #expect(throws: DownloadError.self) { try first.run() }
    let part = folder.appendingPathComponent("deep/.file.bin.partial")
    var damaged = try Data(contentsOf: part)
    damaged[place] ^= 1
    try damaged.write(to: part)
    #expect(try download(server).run() == .fetched)
    #expect(server.requests.last?.start == nil)
    #expect(try content() == Self.bytes)
  }

  @Test func aFileThatChangesMeanwhileIsFetchedWhole() throws {
    let other = Array(Self.bytes.reversed())
    let server = try LocalServer { request in
      guard request.number == 0 else { return .file(other, request, version: "\"2\"") }
      var reply = LocalServer.Reply.file(Self.bytes, request)
      reply.breaksAfter = 60_000
      return reply
    }
    #expect(try download(server).run() == .fetched)
    #expect(try content() == other)
  }

  @Test func wrongPartsAreNotUsed() throws {
    // A server that ignores where the part begins, and says so.
    let server = try LocalServer { request in
      var reply = LocalServer.Reply.file(Self.bytes, request)
      switch request.number {
      case 0: reply.breaksAfter = 60_000
      case 1:
        reply.headers = ["Content-Range: bytes 0-199999/200000", "Content-Length: 200000"]
        reply.body = Self.bytes
      default: break
      }
      return reply
    }
    #expect(try download(server).run() == .fetched)
    #expect(try content() == Self.bytes)
    #expect(server.requests.last?.start == nil)
  }

  @Test func liesAboutSizesAreNoticed() throws {
    // More is promised than comes.
    let short = try LocalServer { request in
      var reply = LocalServer.Reply.file(Self.bytes, request)
      reply.headers = ["Content-Length: 300000"]
      return reply
    }
    var error = #expect(throws: DownloadError.self) { try download(short).run() }
    #expect(error?.kind == .interrupted)
    // Less is promised than the file has.
    let long = try LocalServer { request in
      var reply = LocalServer.Reply.file(Self.bytes, request)
      reply.headers = ["Content-Length: 1000"]
      return reply
    }
    var checked = download(long)
    checked.sha256 = String(repeating: "0", count: 64)
    error = #expect(throws: DownloadError.self) { try checked.run() }
    #expect(error?.kind == .content && error?.description.contains("SHA-256") == true)
    // No length, and no end.
    let endless = try LocalServer { _ in
      var reply = LocalServer.Reply()
      reply.body = [UInt8](repeating: 7, count: 4 << 20)
      return reply
    }
    var limited = download(endless)
    limited.limit = 1 << 20
    error = #expect(throws: DownloadError.self) { try limited.run() }
    #expect(error?.kind == .content)
    #expect(try names() == [])
    // More than the disk can take.
    let vast = try LocalServer { _ in
      var reply = LocalServer.Reply(headers: ["Content-Length: \(1 << 60)"])
      reply.body = [7]
      return reply
    }
    error = #expect(throws: DownloadError.self) { try download(vast).run() }
    #expect(error?.kind == .space)
  }

  @Test func garbageGetsNoName() throws {
    let server = try LocalServer { .file(Array("<html>Sign in</html>".utf8), $0) }
    var download = download(server)
    download.check = { _ = try EDM2Network($0) }
    let error = #expect(throws: DownloadError.self) { try download.run() }
    #expect(error?.kind == .content && error?.description.contains("\n") == false)
    #expect(try names() == [])
  }

  @Test func thePinHoldsEverAfter() throws {
    let server = try LocalServer { request in
      .file(request.number == 0 ? Self.bytes : Array(Self.bytes.dropLast()), request)
    }
    #expect(try download(server).run() == .fetched)
    // Damaged here.
    try Data([1, 2, 3]).write(to: URL(filePath: target))
    let damaged = #expect(throws: FileError.self) { try download(server).run() }
    #expect(damaged?.description.contains("delete it") == true)
    // Changed there.
    try FileManager.default.removeItem(atPath: target)
    let changed = #expect(throws: DownloadError.self) { try download(server).run() }
    #expect(changed?.description.contains("file.bin.sha256") == true)
    // A digest in the table wins.
    var known = download(server)
    var digest = SHA256()
    digest.update(Array(Self.bytes.dropLast()).span)
    known.sha256 = digest.finish()
    #expect(try known.run() == .fetched)
  }

  @Test func redirectionsAreFollowed() throws {
    let server = try LocalServer { request in
      switch request.path {
      case "/file.bin": .init(status: 302, headers: ["Location: /elsewhere", "Content-Length: 0"])
      case "/elsewhere": .file(Self.bytes, request)
      default: .init(status: 302, headers: ["Location: \(request.path)", "Content-Length: 0"])
      }
    }
    #expect(try download(server).run() == .fetched)
    #expect(try content() == Self.bytes)
    try FileManager.default.removeItem(atPath: target)
    let loop = #expect(throws: DownloadError.self) {
      try download(server, path: "/loop").run()
    }
    #expect(loop?.kind == .refused)
    let file = try LocalServer { _ in
      .init(status: 302, headers: ["Location: file:///etc/passwd", "Content-Length: 0"])
    }
    #expect(throws: DownloadError.self) { try download(file).run() }
  }

  @Test(arguments: [
    (404, DownloadError.Kind.missing), (403, .missing), (401, .refused), (500, .interrupted),
  ])
  func statusesAreFailures(status: Int, kind: DownloadError.Kind) throws {
    let server = try LocalServer { _ in
      var reply = LocalServer.Reply(status: status)
      reply.body = Array("sorry".utf8)
      return reply
    }
    let error = #expect(throws: DownloadError.self) { try download(server).run() }
    #expect(error?.kind == kind && error?.description.contains("\(status)") == true)
    #expect(server.requests.count == (kind == .interrupted ? 3 : 1))
  }

  @Test func aServerThatIsNotThereGivesOneLine() throws {
    var closed = Download("http://127.0.0.1:1/file.bin", to: target)
    closed.pauses = []
    let error = #expect(throws: DownloadError.self) { try closed.run() }
    #expect(error?.kind == .unreachable && error?.description.contains("\n") == false)
    closed.isOffline = true
    let offline = #expect(throws: DownloadError.self) { try closed.run() }
    #expect(offline?.description.contains("switched off") == true)
  }

  @Test func twoThatWantTheSameFetchItOnce() async throws {
    let server = try LocalServer { request in
      var reply = LocalServer.Reply.file(Self.bytes, request)
      reply.pause = 0.1
      return reply
    }
    let outcomes = try await withThrowingTaskGroup(of: Download.Outcome.self) { group in
      for _ in 0..<3 {
        let (url, target) = ("\(server.url)/file.bin", target)
        group.addTask { try Download(url, to: target).run() }
      }
      return try await group.reduce(into: []) { $0.append($1) }
    }
    #expect(outcomes.count { $0 == .fetched } == 1)
    #expect(server.requests.count == 1)
    #expect(try content() == Self.bytes)
    #expect(try names() == ["file.bin", "file.bin.sha256"])
  }

  @Test func foldersListTheirFiles() throws {
    let page = """
      <html><a href="../">up</a> <a href="sub/">sub</a> <A HREF='a-0000008-0.050.pkl'>a</A>
      <a href="/edm2/raw/b%20c.pkl?x=1">b</a> <a href="a-0000008-0.050.pkl">again</a></html>
      """
    let server = try LocalServer { .file(Array(page.utf8), $0) }
    #expect(
      try RemoteFolder("\(server.url)/raw").names() == ["a-0000008-0.050.pkl", "b c.pkl"])
    #expect(server.requests.map(\.path) == ["/raw/"])
  }
}
