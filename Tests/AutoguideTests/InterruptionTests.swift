import Figures
import Foundation
import Testing

extension OnDevice {
  @Suite struct InterruptionTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    /// Starts a run that takes minutes and waits for its first image.
    private func start() throws -> RunningProgram {
      let running = try Program(folder: folder.url).start(
        ["generate", "--seeds", "0-9999", "--batch", "2", "--steps", "4"])
      let end = Date(timeIntervalSinceNow: 60)
      while folder.names.isEmpty && running.process.isRunning && Date() < end {
        Thread.sleep(forTimeInterval: 0.02)
      }
      #expect(!folder.names.isEmpty, "\(running.complaints)")
      return running
    }

    /// Every file with the name of an image is a whole image.
    private func expectWholeImages() throws {
      for name in folder.names where name.hasSuffix(".png") {
        let bytes = try Array(Data(contentsOf: folder.url.appendingPathComponent(name)))
        #expect(throws: Never.self, "\(name)") { try PNG.decode(bytes) }
      }
    }

    @Test(arguments: [SIGINT, SIGTERM])
    func aSignalStopsTheRunAndKeepsWhatIsWhole(signal: Int32) throws {
      let running = try start()
      kill(running.process.processIdentifier, signal)
      let run = running.finish()
      #expect(run.code == 128 + signal)
      #expect(run.complaints.contains("stopping"))
      #expect(run.complaints.contains(/of 10000 images/))
      #expect(folder.names.count < 10000)
      #expect(folder.names.allSatisfy { $0.hasSuffix(".png") && !$0.contains("partial") })
      try expectWholeImages()
    }

    @Test func aSecondSignalEndsAtOnce() throws {
      let running = try start()
      for _ in 0..<2 {
        kill(running.process.processIdentifier, SIGINT)
        Thread.sleep(forTimeInterval: 0.02)
      }
      #expect(running.finish().code == 130)
      try expectWholeImages()
    }

    @Test func aKilledRunLeavesNoHalfImageAndGoesOn() throws {
      let running = try start()
      kill(running.process.processIdentifier, SIGKILL)
      #expect(running.finish().code == 128 + SIGKILL)
      try expectWholeImages()
      let count = folder.names.count { $0.hasSuffix(".png") }
      let run = try Program(folder: folder.url).run(
        "generate", "--seeds", "0-\(count + 1)", "--steps", "4")
      #expect(run.code == 0)
      #expect(run.complaints.contains("\(count) images were there already"))
    }
  }
}
