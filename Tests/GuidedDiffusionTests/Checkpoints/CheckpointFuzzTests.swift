import Foundation
import Testing

@testable import GuidedDiffusion

/// Damaged files: 10,000 mutations of the fixtures under 1 MB.
///
/// To replay a seed, set `AUTOGUIDE_FUZZ_SEED` to it and `AUTOGUIDE_FUZZ_COUNT` to 1; larger numbers
/// run other and more mutations.
@Suite("Mutated checkpoints") struct CheckpointFuzzTests {
  static let first = setting("AUTOGUIDE_FUZZ_SEED") ?? 0
  static let count = setting("AUTOGUIDE_FUZZ_COUNT") ?? 10_000

  private static func setting(_ name: String) -> Int? {
    ProcessInfo.processInfo.environment[name].flatMap { Int($0) }
  }

  /// The fixtures under 1 MB, small ones as often as large ones.
  private static func fixtures() throws -> [(name: String, bytes: [UInt8])] {
    let names = try FileManager.default.contentsOfDirectory(atPath: Fixture.folder).sorted()
    var files = try names.compactMap { name -> (name: String, bytes: [UInt8])? in
      let file = try MappedFile.open(Fixture.path(name))
      let isCheckpoint = ["pkl", "pt", "pth", "safetensors"].contains { name.hasSuffix(".\($0)") }
      guard isCheckpoint, file.count < 1 << 20 else { return nil }
      return (name, file.contents)
    }
    try Fixture.withTemporaryFolder { folder in
      try EDM2Network(Fixture.path("options.pkl")).write(to: "\(folder)/converted")
      files.append(("converted options.pkl", try MappedFile.open("\(folder)/converted").contents))
    }
    return files
  }

  @Test("no mutation crashes a reader or makes it allocate more than 2 x file + 1 MiB")
  func mutations() throws {
    let files = try Self.fixtures()
    #expect(files.count >= 10)
    // The seed of the file that is being read, for the one who looks after a crash.
    let trace = FileManager.default.temporaryDirectory
      .appending(path: "autoguide-fuzz-\(getpid()).seed").path
    try Data().write(to: URL(filePath: trace))
    let handle = try #require(FileHandle(forWritingAtPath: trace))
    FileHandle.standardError.write(Data("mutations, by seed; the last stands in \(trace)\n".utf8))
    var read = 0
    for seed in Self.first..<Self.first + Self.count {
      try handle.seek(toOffset: 0)
      handle.write(Data("\(seed)      \n".utf8))
      FileHandle.standardError.write(Data("\(seed)\n".utf8))
      if try Self.survives(seed, files) { read += 1 }
    }
    // Most mutations hit the elements of tensors, which may be anything.
    if Self.count >= 100 { #expect(read > Self.count / 20 && read < Self.count) }
    try FileManager.default.removeItem(atPath: trace)
  }

  /// Reads the mutated file of `seed` and everything in it.
  ///
  /// - Returns: whether it could be read.
  private static func survives(
    _ seed: Int, _ files: [(name: String, bytes: [UInt8])]
  ) throws -> Bool {
    var random = SeededGenerator(seed: UInt64(seed))
    let (name, bytes) = files[seed % files.count]
    let file = MappedFile(Self.mutated(bytes, using: &random), path: name)
    let allowance = Allowance(for: file)
    defer {
      #expect(allowance.peak <= 2 * file.count + 1 << 20, "seed \(seed) of \(name)")
    }
    do throws(CheckpointError) {
      let checkpoint = try Checkpoint(file, allowance)
      for (_, tensor) in checkpoint.tensors {
        #expect(tensor.elements(as: Float.self).count == tensor.count)
        tensor.forEachPiece { _ in }
      }
      if name.hasSuffix(".pkl") { _ = try EDM2Network(checkpoint, of: file).sha256 }
      return true
    } catch {
      #expect(error.description.hasPrefix("\(name): ") && !error.description.contains("\n"))
      return false
    }
  }

  /// A copy with one to four changes.
  private static func mutated(
    _ bytes: [UInt8], using random: inout SeededGenerator
  ) -> [UInt8] {
    var bytes = bytes
    // Headers and pickles are small beside the elements; half of the changes aim at the ends.
    func position() -> Int {
      let span = Bool.random(using: &random) ? bytes.count : min(bytes.count, 4096)
      let offset = Int.random(in: 0..<max(span, 1), using: &random)
      return Bool.random(using: &random) ? offset : max(bytes.count - 1 - offset, 0)
    }
    for _ in 0..<Int.random(in: 1...4, using: &random) where !bytes.isEmpty {
      let start = position()
      let end = min(start + Int.random(in: 1...16, using: &random), bytes.count)
      switch Int.random(in: 0..<8, using: &random) {
      case 0: bytes[start] ^= 1 << UInt8.random(in: 0..<8, using: &random)
      case 1: bytes[start] = UInt8.random(in: 0...255, using: &random)
      case 2: for index in start..<end { bytes[index] = 0xff }
      case 3: for index in start..<end { bytes[index] = 0 }
      case 4: bytes.removeSubrange(start..<end)
      case 5: bytes.insert(contentsOf: bytes[start..<end], at: position())
      case 6: bytes.removeSubrange(start...)
      default:
        // Another operation of the pickle machine, or another digit of a header.
        let byte = "().]}NRbcehjqrstuQX0123456789\u{80}\u{81}\u{85}\u{93}\u{94}\u{95}"
          .unicodeScalars
          .randomElement(using: &random)
        bytes[start] = UInt8(byte?.value ?? 0)
      }
    }
    return bytes
  }
}
