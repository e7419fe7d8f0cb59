import Foundation
import PackagePlugin

/// Writes the commit that is built into a Swift constant, again whenever it changes.
@main struct Commit: BuildToolPlugin {
  func createBuildCommands(context: PluginContext, target: any Target) throws -> [Command] {
    let root = context.package.directoryURL
    let output = context.pluginWorkDirectoryURL.appendingPathComponent("BuildCommit.swift")
    let script = """
      commit=$(git -C "$1" rev-parse --short HEAD 2>/dev/null || echo unknown)
      echo "let buildCommit = \\"$commit\\"" > "$2"
      """
    return [
      .buildCommand(
        displayName: "Reading the commit", executable: URL(fileURLWithPath: "/bin/sh"),
        arguments: ["-c", script, "sh", root.path, output.path],
        inputFiles: try Self.headFiles(of: root), outputFiles: [output])
    ]
  }

  /// The files of the repository that change with its commit; none if there is no repository.
  private static func headFiles(of root: URL) throws -> [URL] {
    let script = """
      git -C "$1" rev-parse --path-format=absolute --git-path HEAD --git-path logs/HEAD 2>/dev/null
      """
    let process = Process()
    let pipe = Pipe()
    process.executableURL = URL(fileURLWithPath: "/bin/sh")
    process.arguments = ["-c", script, "sh", root.path]
    process.standardOutput = pipe
    try process.run()
    let answer = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return String(decoding: answer, as: UTF8.self).split(separator: "\n")
      .map { URL(fileURLWithPath: String($0)) }
      .filter { FileManager.default.fileExists(atPath: $0.path) }
  }
}
