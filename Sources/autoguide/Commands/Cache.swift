import ArgumentParser
import Foundation
import GuidedDiffusion

struct Cache: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Show or clear what is kept between runs.",
    discussion: """
      Built kernels, downloaded networks and measured choices lie in ~/.cache/autoguide, or where \
      XDG_CACHE_HOME or AUTOGUIDE_CACHE say. Kernels and choices are made again when needed; networks
      are what you put there, and are deleted only if you name them.
      """,
    subcommands: [List.self, Clear.self], defaultSubcommand: List.self)

  /// One folder of the cache with what lies in it.
  struct Content: Encodable {
    var folder: String
    var files: Int
    var bytes: Int
  }

  struct List: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Print folders, files and sizes.")

    @OptionGroup var output: OutputOptions

    func run() throws {
      let contents = CacheFolder.allCases.map(Cache.content)
      if output.json { return try Console.print(json: contents) }
      for content in contents {
        try Console.print(
          "\(content.folder)  \(content.files) files, \(Units.bytes(content.bytes))")
      }
    }
  }

  struct Clear: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Delete it.")

    @Argument(
      help:
        "Which: \(CacheFolder.allCases.map(\.rawValue).joined(separator: ", ")). (default: all but networks)"
    )
    var folders: [CacheFolder] = []

    @OptionGroup var output: OutputOptions

    func run() throws {
      let chosen = folders.isEmpty ? CacheFolder.allCases.filter { $0 != .networks } : folders
      let contents = chosen.map(Cache.content).filter { $0.files > 0 }
      for content in contents {
        do {
          try FileManager.default.removeItem(atPath: content.folder)
        } catch {
          throw FileError("delete", content.folder, reason: error.localizedDescription)
        }
      }
      if output.json { return try Console.print(json: contents) }
      let bytes = contents.map(\.bytes).reduce(0, +)
      try Console.print(
        "deleted \(contents.map(\.files).reduce(0, +)) files, \(Units.bytes(bytes))")
    }
  }

  private static func content(of folder: CacheFolder) -> Content {
    let keys: Set<URLResourceKey> = [.isRegularFileKey, .fileSizeKey]
    let files =
      FileManager.default.enumerator(at: folder.url, includingPropertiesForKeys: Array(keys))?
      .compactMap { ($0 as? URL).flatMap { try? $0.resourceValues(forKeys: keys) } }
      .filter { $0.isRegularFile == true } ?? []
    return Content(
      folder: folder.url.path, files: files.count,
      bytes: files.compactMap(\.fileSize).reduce(0, +))
  }
}

extension CacheFolder: ExpressibleByArgument {}
