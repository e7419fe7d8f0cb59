import Foundation

@testable import Datasets

/// A folder that is deleted with its last reference.
final class TestFolder {
  let path: String

  init() throws {
    path =
      FileManager.default.temporaryDirectory
      .appendingPathComponent("datasets-tests-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  func write(_ name: String, _ bytes: [UInt8]) throws {
    let url = URL(fileURLWithPath: "\(path)/\(name)")
    try FileManager.default.createDirectory(
      at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(bytes).write(to: url)
  }

  func bytes(_ name: String) throws -> [UInt8] {
    [UInt8](try Data(contentsOf: URL(fileURLWithPath: "\(path)/\(name)")))
  }

  var names: [String] { ((try? FileManager.default.subpathsOfDirectory(atPath: path)) ?? []) }

  /// A zip file of given files.
  func zip(_ name: String, _ files: [(String, [UInt8])]) throws -> String {
    var writer = try ZIPWriter("\(path)/\(name)")
    for (name, bytes) in files { try writer.append(name, bytes) }
    try writer.commit()
    return "\(path)/\(name)"
  }

  /// A file recorded for the tests.
  static func fixture(_ name: String) throws -> [UInt8] {
    let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    return [UInt8](try Data(contentsOf: folder.appendingPathComponent("Fixtures/\(name)")))
  }
}
