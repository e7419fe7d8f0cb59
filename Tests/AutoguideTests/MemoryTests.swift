import Foundation
import Testing

extension OnDevice {
  /// A device of 1 GiB, which pocl makes.
  @Suite struct MemoryTests {
    private let folder: TemporaryFolder
    private let program: Program

    init() throws {
      folder = try TemporaryFolder()
      program = Program(environment: ["POCL_MEMORY_LIMIT": "1"], folder: folder.url)
    }

    @Test func aBatchTooLargeIsHalved() throws {
      let run = try program.run(
        "generate", "--seeds", "0-2047", "--batch", "2048", "--steps", "1", "--quiet")
      #expect(run.code == 0)
      #expect(run.complaints.contains("too little memory for a batch of 2048: trying 1024\n"))
      #expect(run.complaints.split(separator: "\n").count == 1)
      #expect(folder.names.count == 2048)
    }

    @Test func aNetworkTooLargeIsAnError() throws {
      try writeHugeNetwork()
      let run = try program.run(
        "generate", "--net", "huge.safetensors", "--seeds", "0-1", "--steps", "1", "--quiet")
      #expect(run.code == 1)
      #expect(run.errors.count == 1 && run.complaints.contains("too little memory even for one"))
      #expect(folder.names == ["huge.safetensors"])
    }

    /// tiny-uncond as a network for images of 4096 x 4096: the resolutions in its header replaced.
    private func writeHugeNetwork() throws {
      let converted = folder.path("small.safetensors")
      _ = try program.run("convert", Fixture.path("tiny-uncond.pkl"), converted)
      let file = try Data(contentsOf: URL(fileURLWithPath: converted))
      try FileManager.default.removeItem(atPath: converted)
      let length = file.prefix(8).reversed().reduce(0) { $0 << 8 | Int($1) }
      var header = String(decoding: file[8..<8 + length], as: UTF8.self)
      for (small, large) in [(16, 4096), (8, 2048), (4, 1024)] {
        header = header.replacingOccurrences(
          of: ".\(small)x\(small)_", with: ".\(large)x\(large)_")
      }
      header = header.replacingOccurrences(
        of: #"imageResolution\":16"#, with: #"imageResolution\":4096"#)
      header += String(repeating: " ", count: (8 - header.utf8.count % 8) % 8)
      let size = (0..<8).map { UInt8(truncatingIfNeeded: header.utf8.count >> (8 * $0)) }
      try (Data(size) + Data(header.utf8) + file.dropFirst(8 + length))
        .write(to: folder.url.appendingPathComponent("huge.safetensors"))
    }
  }
}
