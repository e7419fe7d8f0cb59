import ArgumentParser
import BuildInfo
import GuidedDiffusion

/// The root command: configuration only.
struct Autoguide: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "autoguide",
    abstract: "Draws images with EDM2 diffusion networks and autoguidance, on any OpenCL device.",
    discussion: """
      Without --net, the commands use a small pair of networks that is built in:
        autoguide generate --seeds 0-15 --guidance 2 --grid grid.png

      Results go to standard output, progress and warnings to standard error.
      Exit codes: 0 done, 1 failed, 64 wrong usage, 130 and 143 interrupted.
      """,
    subcommands: [
      Generate.self, Explore.self, Replay.self, Info.self, Convert.self, Presets.self, Fetch.self,
      Devices.self,
      Tune.self, Toy.self, DatasetCommand.self, Train.self, EMA.self, MetricsCommand.self,
      Evaluate.self, Sweep.self, Reproduce.self, Cache.self,
    ])

  @Flag(help: "Print version, commit and default device.")
  var version = false

  func run() async throws {
    guard version else { throw CleanExit.helpRequest(self) }
    let device = try ComputeDevice.choose(nil, among: availableDevices()).device
    try Console.print(
      "autoguide \(libraryVersion) (\(BuildInfo.commit)), default device: \(device.name)")
  }
}
