import Foundation

@testable import GuidedDiffusion

/// The files under `Fixtures` (see the README there), and places for files made by tests.
enum Fixture {
  /// The folder of the fixtures.
  static let folder = URL(filePath: #filePath).deletingLastPathComponent()
    .appending(path: "Fixtures").path

  /// The path of a fixture.
  static func path(_ name: String) -> String { "\(folder)/\(name)" }

  /// A fixture in safetensors format.
  static func safetensors(_ name: String) throws -> SafetensorsFile {
    try SafetensorsFile(path(name))
  }

  /// The elements of one tensor of a fixture in safetensors format, row-major.
  static func elements<Element: BinaryFloatingPoint>(
    _ tensor: String, of name: String, as type: Element.Type
  ) throws -> [Element] {
    guard let tensor = try safetensors(name)[tensor] else {
      throw CheckpointError(file: name, reason: "no tensor \(tensor)")
    }
    return tensor.elements(as: type)
  }

  /// Calls `body` with a fresh folder, which is removed afterwards.
  static func withTemporaryFolder<Result>(_ body: (String) throws -> Result) throws -> Result {
    let folder = FileManager.default.temporaryDirectory
      .appending(path: "autoguide-test-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    return try body(folder.path)
  }
}

/// SplitMix64: a small seeded generator for tests.
struct SeededGenerator: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
    return mixed ^ (mixed >> 31)
  }
}
