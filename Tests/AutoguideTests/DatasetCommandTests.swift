import Figures
import Foundation
import Testing

@Suite struct DatasetCommandTests {
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
    for (index, name) in ["in/a/1.png", "in/a/2.png", "in/b/1.png"].enumerated() {
      let url = folder.url.appendingPathComponent(name)
      try FileManager.default.createDirectory(
        at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
      let pixels = [UInt8](repeating: UInt8(80 * index), count: 8 * 12 * 3)
      let file = try PNG.encode(Picture(width: 12, height: 8, channels: 3, pixels: pixels))
      try Data(file).write(to: url)
    }
  }

  @Test func convertsAndInspects() throws {
    let program = Program(folder: folder.url)
    let arguments = [
      "dataset", "convert", "--source", "in", "--dest", "out/d.zip", "--transform", "center-crop",
      "--resolution", "8x8",
    ]
    let run = try program.run(arguments)
    #expect(run.code == 0 && run.output == "out/d.zip\n", "\(run.complaints)")
    let again = try program.run(arguments)
    #expect(again.code == 1 && again.errors.count == 1 && again.complaints.contains("--overwrite"))
    let inspect = try program.run("dataset", "inspect", "out/d.zip", "--grid", "out/d.png", "-q")
    #expect(inspect.code == 0 && inspect.complaints.isEmpty, "\(inspect.complaints)")
    #expect(
      inspect.output.hasPrefix("images      3\nsize        8 x 8, RGB\nclasses     2, 1 to 2"))
    let sheet = try Data(contentsOf: folder.url.appendingPathComponent("out/d.png"))
    #expect(try PNG.decode([UInt8](sheet)).picture.width > 100)
    let json = try program.run("dataset", "inspect", "out/d.zip", "--json")
    #expect(json.output.contains(#""sigma_data" : "#) && json.output.contains(#""classes" : 2"#))
  }

  @Test(arguments: [
    (["convert", "--source", "none", "--dest", "out/d.zip"], 1, "none"),
    (["convert", "--source", "in", "--dest", "out/d.zip"], 1, "--resolution"),
    (
      ["convert", "--source", "in", "--dest", "out/d.zip", "--transform", "pad"], 64, "--resolution"
    ),
    (["convert", "--source", "in", "--dest", "out/d.zip", "--resolution", "8"], 64, "resolution"),
    (["convert", "--source", "in", "--dest", "out/d.zip", "--max-images", "0"], 64, "at least 1"),
    (["inspect", "in"], 1, "not square"),
    (["inspect", "none.zip"], 1, "none.zip"),
  ])
  func badInputGivesOneLine(arguments: [String], code: Int, hint: String) throws {
    let run = try Program(folder: folder.url).run(["dataset"] + arguments)
    #expect(Int(run.code) == code, "\(run.complaints)")
    #expect(run.errors.count == 1 && run.complaints.contains(hint), "\(run.complaints)")
    #expect(run.output.isEmpty && !folder.names.contains { $0.hasPrefix("out/") })
  }
}
