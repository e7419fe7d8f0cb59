import Figures
import Foundation
import GuidedDiffusion
import Testing

extension OnDevice {
  /// What the README says works as printed.
  @Suite struct ReadmeTests {
    private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent()

    /// The lines of all code blocks of a language.
    private func lines(of language: String) throws -> [String] {
      let readme = try String(
        contentsOf: Self.root.appendingPathComponent("README.md"), encoding: .utf8)
      var isInside = false
      return readme.components(separatedBy: "\n").filter { line in
        if line.hasPrefix("```") {
          isInside = line == "```\(language)"
          return false
        }
        return isInside
      }
    }

    @Test func everyCommandRuns() throws {
      let folder = try TemporaryFolder()
      try FileManager.default.createSymbolicLink(
        at: folder.url.appendingPathComponent("Models"),
        withDestinationURL: Self.root.appendingPathComponent("Models"))
      let commands = try lines(of: "sh").filter { $0.hasPrefix("autoguide ") }
      #expect(commands.count > 10)
      for command in commands {
        let run = try Program(folder: folder.url).run(
          command.split(separator: " ").dropFirst().map(String.init))
        #expect(run.code == 0, "\(command): \(run.complaints)")
        #expect(!run.output.isEmpty, "\(command)")
      }
      #expect(folder.names.contains("out/grid.png"))
      #expect(folder.names.contains("out/sheet.png"))
    }

    @Test func theExampleIsTheOneBelow() throws {
      let source = try String(contentsOfFile: #filePath, encoding: .utf8)
      let code = source.components(separatedBy: "\n").map {
        $0.trimmingCharacters(in: .whitespaces)
      }
      let example = try lines(of: "swift").map { $0.trimmingCharacters(in: .whitespaces) }
        .filter { !$0.isEmpty && !$0.hasPrefix("import ") }
      #expect(example.count == 8)
      let start = try #require(code.firstIndex(of: example[0]))
      #expect(Array(code[start..<start + example.count]) == example)
    }

    /// Compiled, not run: there are no such files.
    private func example() async throws {
      let main = try EDM2Network("main.pkl")
      let weak = try EDM2Network("weak.pkl")
      let sampler = Sampler(main: main, guide: weak, guidance: 2)
      for try await image in sampler.images(seeds: 0..<64) {
        let recipe = try sampler.recipe(of: image).text
        let file = try PNG.encode(Picture(image), texts: [Recipe.keyword: recipe])
        try AtomicFile.write(file, to: OutputName.path(seed: image.seed))
      }
    }
  }
}
