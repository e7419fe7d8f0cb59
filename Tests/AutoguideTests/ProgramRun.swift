import Figures
import Foundation

/// One run of the built program.
struct Run {
  /// Exit code; 128 + n if signal n ended the process.
  let code: Int32

  /// Standard output.
  let output: String

  /// Standard error.
  let complaints: String

  /// The lines of standard error that are not warnings.
  var errors: [String] {
    complaints.split(separator: "\n").map(String.init).filter { !$0.hasPrefix("warning:") }
  }
}

/// The program under test: `autoguide`, built beside the tests.
struct Program {
  /// Added to the environment.
  var environment: [String: String] = [:]

  /// Where it runs.
  var folder: URL = FileManager.default.temporaryDirectory

  /// Where standard output goes; collected if nil.
  var outputPath: String?

  /// What is run instead.
  var executable = Self.url

  static let url: URL = {
    let tests = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
    return tests.deletingLastPathComponent().appendingPathComponent("autoguide")
  }()

  /// Starts the program.
  func start(_ arguments: [String]) throws -> RunningProgram {
    let collected = try TemporaryFolder()
    func file(_ name: String) throws -> FileHandle {
      let url = collected.url.appendingPathComponent(name)
      try Data().write(to: url)
      return try FileHandle(forWritingTo: url)
    }
    let process = Process()
    process.executableURL = executable
    process.arguments = arguments
    process.currentDirectoryURL = folder
    process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
    process.standardInput = FileHandle.nullDevice
    process.standardOutput =
      try outputPath.map { try FileHandle(forWritingTo: URL(fileURLWithPath: $0)) }
      ?? file("output")
    process.standardError = try file("complaints")
    try process.run()
    return RunningProgram(process: process, collected: collected)
  }

  /// Runs the program to its end.
  func run(_ arguments: [String]) throws -> Run { try start(arguments).finish() }

  /// Runs the program to its end.
  func run(_ arguments: String...) throws -> Run { try run(arguments) }
}

/// A program that was started.
struct RunningProgram {
  let process: Process
  let collected: TemporaryFolder

  /// What it said so far.
  var complaints: String { collected.text("complaints") }

  /// Waits for its end.
  func finish() -> Run {
    process.waitUntilExit()
    let status = process.terminationStatus
    return Run(
      code: process.terminationReason == .uncaughtSignal ? 128 + status : status,
      output: collected.text("output"), complaints: complaints)
  }
}

/// A folder that is deleted with its last reference.
final class TemporaryFolder: Sendable {
  let url: URL

  init() throws {
    url = FileManager.default.temporaryDirectory
      .appendingPathComponent("autoguide-tests-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(at: url) }

  /// The path of a file in it.
  func path(_ name: String) -> String { url.appendingPathComponent(name).path }

  /// The text of a file in it; empty if there is none.
  func text(_ name: String) -> String {
    (try? String(contentsOfFile: path(name), encoding: .utf8)) ?? ""
  }

  /// Adds a folder of different grey pictures, 8 x 8 pixels.
  func addPictures(_ name: String, count: Int, offset: Int = 0) throws {
    try FileManager.default.createDirectory(
      at: url.appendingPathComponent(name), withIntermediateDirectories: true)
    for index in 0..<count {
      let pixels = (0..<64).map { UInt8(($0 * $0 * (index + 2) + offset) % 256) }
      let picture = Picture(width: 8, height: 8, channels: 1, pixels: pixels)
      try Data(PNG.encode(picture)).write(to: URL(filePath: path("\(name)/\(index).png")))
    }
  }

  /// The names of all files in it and below, sorted.
  var names: [String] {
    (FileManager.default.enumerator(atPath: url.path)?.compactMap { $0 as? String } ?? [])
      .filter { name in
        var isFolder: ObjCBool = false
        let exists = unsafe FileManager.default.fileExists(
          atPath: path(name), isDirectory: &isFolder)
        return exists && !isFolder.boolValue
      }.sorted()
  }
}

/// The fixtures of the library's tests.
enum Fixture {
  static func path(_ name: String) -> String {
    URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .appendingPathComponent("GuidedDiffusionTests/Fixtures/\(name)").path
  }
}
