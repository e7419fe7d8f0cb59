import Foundation
import GuidedDiffusion
import Testing

@Suite struct AtomicFileTests {
  private let folder: URL

  init() throws {
    folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("autoguide-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  }

  private var names: [String] {
    get throws { try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted() }
  }

  @Test func aFileAppearsWhole() throws {
    let path = folder.appendingPathComponent("a.bin").path
    var file = try AtomicFile(path)
    try file.append([UInt8](repeating: 7, count: 100_000))
    #expect(try !names.contains("a.bin"))
    try file.commit()
    _ = consume file
    #expect(try Data(contentsOf: URL(fileURLWithPath: path)).count == 100_000)
    #expect(try names == ["a.bin"])
    try FileManager.default.removeItem(at: folder)
  }

  @Test func anAbandonedFileLeavesNothing() throws {
    let path = folder.appendingPathComponent("a.bin").path
    try AtomicFile.write([1, 2, 3], to: path)
    do {
      let file = try AtomicFile(path)
      try file.append([UInt8](repeating: 7, count: 10))
    }
    #expect(try Array(Data(contentsOf: URL(fileURLWithPath: path))) == [1, 2, 3])
    #expect(try names == ["a.bin"])
    try FileManager.default.removeItem(at: folder)
  }

  @Test func whatAKilledProcessLeftIsTakenOver() throws {
    let path = folder.appendingPathComponent("a.bin").path
    let left = folder.appendingPathComponent(".a.bin.1.partial")
    try Data(repeating: 9, count: 100).write(to: left)
    try AtomicFile.write([1, 2, 3], to: path)
    #expect(try Array(Data(contentsOf: URL(fileURLWithPath: path))) == [1, 2, 3])
    #expect(try names == ["a.bin"])
    try FileManager.default.removeItem(at: folder)
  }

  @Test func onlyAbandonedFilesAreRemoved() throws {
    let path = folder.appendingPathComponent("a.bin").path
    for name in [".a.bin.2.partial", ".b.bin.1.partial", ".a.bin.partial", "a.bin.1.partial"] {
      try Data(name.utf8).write(to: folder.appendingPathComponent(name))
    }
    var file = try AtomicFile(path)
    AtomicFile.removeAbandoned(in: folder) { $0 == "a.bin" }
    #expect(
      try names == [".a.bin.1.partial", ".a.bin.partial", ".b.bin.1.partial", "a.bin.1.partial"])
    try file.commit()
    _ = consume file
    #expect(try names == [".a.bin.partial", ".b.bin.1.partial", "a.bin", "a.bin.1.partial"])
    try FileManager.default.removeItem(at: folder)
  }

  @Test func twoWritersOfOneFileDoNotMix() throws {
    let path = folder.appendingPathComponent("a.bin").path
    var first = try AtomicFile(path)
    var second = try AtomicFile(path)
    try first.append([UInt8](repeating: 1, count: 2))
    try second.append([UInt8](repeating: 2, count: 3))
    try first.commit()
    #expect(try Array(Data(contentsOf: URL(fileURLWithPath: path))) == [1, 1])
    try second.commit()
    #expect(try Array(Data(contentsOf: URL(fileURLWithPath: path))) == [2, 2, 2])
    _ = consume first
    _ = consume second
    #expect(try names == ["a.bin"])
    try FileManager.default.removeItem(at: folder)
  }

  @Test func whatCannotBeTakenOverIsLeftAlone() throws {
    let path = folder.appendingPathComponent("a.bin").path
    let left = folder.appendingPathComponent(".a.bin.1.partial").path
    try FileManager.default.createSymbolicLink(atPath: left, withDestinationPath: "nowhere")
    try AtomicFile.write([1], to: path)
    AtomicFile.removeAbandoned(in: folder) { $0 == "a.bin" }
    #expect(try names == [".a.bin.1.partial", "a.bin"])
    try FileManager.default.removeItem(at: folder)
  }

  @Test func linksAreFollowed() throws {
    let target = folder.appendingPathComponent("target").path
    let link = folder.appendingPathComponent("link").path
    try AtomicFile.write([1], to: target)
    try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: target)
    try AtomicFile.write([2], to: link)
    #expect(try Array(Data(contentsOf: URL(fileURLWithPath: target))) == [2])
    #expect(try FileManager.default.destinationOfSymbolicLink(atPath: link) == target)
    try FileManager.default.removeItem(at: folder)
  }

  @Test func whatCannotBeWrittenIsNamed() throws {
    func reason(_ path: String) -> String? {
      do {
        try AtomicFile.write([1], to: path)
        return nil
      } catch { return error.description }
    }
    #expect(reason("/dev/full") == "cannot write /dev/full: No space left on device")
    #expect(reason(folder.path) == "cannot write \(folder.path): it is a folder")
    #expect(reason("/dev/null/x") == "cannot write /dev/null/x: Not a directory")
    #expect(reason("/dev/null") == nil)
    try FileManager.default.removeItem(at: folder)
  }
}
