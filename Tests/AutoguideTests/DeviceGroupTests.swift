import Foundation
import Testing

extension OnDevice {
  /// Several devices in one process, here twice the processor.
  @Suite struct DeviceGroupTests {
    private let folder: TemporaryFolder
    private let program: Program

    init() throws {
      folder = try TemporaryFolder()
      program = Program(
        environment: ["POCL_DEVICES": "pthread pthread"], folder: folder.url)
    }

    /// A network with classes, guided in some of a few steps, with noise added.
    private static let run = [
      "--net", Fixture.path("tiny-cond.pkl"), "--gnet", Fixture.path("tiny-weak.pkl"),
      "--guidance", "2", "--interval", "steps:1-2", "--S_churn", "5", "--steps", "4", "--batch",
      "8",
      "--quiet",
    ]

    private func files(_ folder: String) throws -> [Data] {
      try (0..<40).map { seed in
        let name = "\(folder)/\(String(repeating: "0", count: seed < 10 ? 5 : 4))\(seed).png"
        return try Data(contentsOf: self.folder.url.appendingPathComponent(name))
      }
    }

    @Test func imagesAreTheSameOnAnyDevices() throws {
      let choices = [["0"], ["1"], ["0,1"], ["0,1", "--separate-guides"]]
      for (index, choice) in choices.enumerated() {
        let run = try program.run(
          ["generate", "--seeds", "0-39", "--outdir", "\(index)"] + Self.run + ["--device"] + choice
        )
        #expect(run.code == 0 && run.complaints.isEmpty, "\(choice): \(run.complaints)")
        let names = run.output.split(separator: "\n")
        #expect(names.count == 40 && names == names.sorted())
      }
      let expected = try files("0")
      #expect(Set(expected).count == 40)
      for index in choices.indices { #expect(try files("\(index)") == expected) }
    }

    @Test func statisticsAreTheSameOnAnyDevices() throws {
      let evaluation =
        [
          "evaluate", "--seeds", "0-5,250-266,500-505", "--inception",
          Fixture.path("tiny-inception.pt"), "--shard", "0/1",
        ] + Self.run
      let choices = [["0"], ["0,1"], ["0,1", "--separate-guides"]]
      let files = try choices.enumerated().map { index, choice in
        let run = try program.run(
          evaluation + ["--dest", "\(index).safetensors", "--device"] + choice)
        #expect(run.code == 0, "\(choice): \(run.complaints)")
        return try Data(contentsOf: URL(filePath: folder.path("\(index).safetensors")))
      }
      #expect(files[1] == files[0] && files[2] == files[0])
    }

    @Test func aRunGoesOnWithOtherDevices() throws {
      func draw(_ seeds: String, _ devices: String...) throws {
        let run = try program.run(
          ["generate", "--seeds", seeds, "--outdir", "out"] + Self.run + ["--device"] + devices)
        #expect(run.code == 0 && run.complaints.isEmpty, "\(run.complaints)")
      }
      try draw("0-5", "0")
      try draw("0-11", "0,1")
      try draw("0-15", "1,0", "--separate-guides")
      #expect(folder.names.count == 16)
    }

    @Test(arguments: [
      (["0,0"], "named twice"), (["9"], "'9' is not there"), (["0,x"], "'x' is not there"),
      (["0,"], "device ''"), (["0,fallback"], "different kinds"),
      (["0", "--separate-guides"], "pairs of devices, not 1"),
    ])
    func devicesThatCannotBeUsed(devices: [String], hint: String) throws {
      let run = try program.run(["generate", "--device"] + devices)
      #expect(run.code == 64)
      #expect(run.errors.count == 1 && run.complaints.contains(hint), "\(run.complaints)")
      #expect(folder.names.isEmpty)
    }
  }
}
