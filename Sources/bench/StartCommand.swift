import ArgumentParser
import Foundation
import GuidedDiffusion

/// From the start of the process to the first image on disk.
struct StartCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "start",
    abstract: "Time `autoguide generate` of one image by the embedded pair, from start to end.",
    discussion: """
      Warm: kernels are in the caches. Cold: with empty caches, as in the first run ever. The
      scaled time is that of a machine with a peak of 200 GFLOP/s.
      """)

  @Option(help: "Number of Heun steps.")
  var steps = 18

  @Option(help: "Number of runs with empty caches.")
  var coldRepeats = 3

  @OptionGroup var options: DeviceOptions

  func run() async throws {
    let context = try options.context()
    let peak = try FMAPeak(on: context)
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("bench-start-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let child = Child(steps: steps, device: options.device, folder: folder)

    var (cold, warm, coldPeaks, warmPeaks): ([Double], [Double], [Double], [Double]) =
      ([], [], [], [])
    for turn in 0..<coldRepeats {
      cold.append(try await time { try child.run(caches: "cold-\(turn)") })
      coldPeaks.append(try peak.measure())
    }
    try child.run(caches: "warm")
    for _ in 0..<options.repeats {
      warm.append(try await time { try child.run(caches: "warm") })
      warmPeaks.append(try peak.measure())
    }
    for (name, seconds, peaks) in [("warm", warm, warmPeaks), ("cold", cold, coldPeaks)]
    where !seconds.isEmpty {
      try show("start, \(name) caches", seconds, peaks, on: context)
    }
  }

  private func show(
    _ name: String, _ seconds: [Double], _ peaks: [Double], on context: Context
  ) throws {
    let pair = try EDM2Network.embedded
    let cost = [pair.main, pair.guide].map { PreconditionedNetwork($0).graph.multiplyAdds }
    let operations = 2 * Double(cost.reduce(0, +) * (2 * steps - 1))
    let subject = Subject(name: name, batch: 1, operations: operations, images: 1) {}
    let measurement = Measurement(seconds: seconds, peaks: peaks, operations: operations)
    var report = Report(subject, measurement, on: context.device)
    report.scaledSeconds = measurement.median * measurement.peak / 200e9
    try report.show(json: options.json)
  }
}

/// `autoguide` beside this program.
private struct Child {
  let steps: Int
  let device: Int
  let folder: URL

  /// Makes one image with the caches of a name.
  func run(caches: String) throws {
    let program = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
      .deletingLastPathComponent().appendingPathComponent("autoguide")
    guard FileManager.default.isExecutableFile(atPath: program.path) else {
      throw ValidationError(
        "\(program.path) is not there: build it first, swift build -c release")
    }
    let process = Process()
    process.executableURL = program
    process.arguments = [
      "generate", "--quiet", "--overwrite", "--seeds", "0", "--steps", "\(steps)",
      "--guidance", "2", "--device", "\(device)",
      "--outdir", folder.appendingPathComponent("images").path,
    ]
    let caches = folder.appendingPathComponent(caches)
    // pocl keeps its own cache of compiled kernels; it does not make the folder's parents.
    let pocl = caches.appendingPathComponent("pocl")
    try FileManager.default.createDirectory(at: pocl, withIntermediateDirectories: true)
    process.environment = ProcessInfo.processInfo.environment.merging([
      "AUTOGUIDE_CACHE": caches.appendingPathComponent("autoguide").path,
      "POCL_CACHE_DIR": pocl.path,
    ]) { $1 }
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else { throw ExitCode.failure }
  }
}
