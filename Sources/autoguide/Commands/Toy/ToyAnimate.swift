import ArgumentParser
import Figures
import Foundation
import GuidedDiffusion

struct ToyAnimate: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "animate",
    abstract: "Show the flow from noise to samples, without and with autoguidance.",
    discussion: """
      Writes an animated PNG, or with a folder one picture per noise level: 0000.png, 0001.png, ...
      """)

  @OptionGroup(title: "Networks") var networks: ToyOptions
  @OptionGroup(title: "Sampling") var sampling: ToySamplingOptions

  @Option(
    help: ArgumentHelp(
      "Animated .png or .apng, or a folder for its frames. (default: flow.png in the output folder)",
      valueName: "file|folder"))
  var animation: String?

  @OptionGroup(title: "Device") var device: DeviceOptions
  @OptionGroup(title: "Report") var output: OutputOptions

  func run() async throws {
    let path = try animate()
    if output.json { return try Console.print(json: ["animation": path]) }
    try Console.print(path)
  }

  private func animate() throws -> String {
    let run = try ToyRun(networks, device: try device.choose(), isQuiet: output.quiet)
    let path = animation ?? run.file("flow.png")
    let isFile = [".png", ".apng"].contains { path.lowercased().hasSuffix($0) }
    if isFile { try checkWritable(path) }
    let frames = try ToyFrames(
      ToyPictures(
        models: try ToyModels(networks, run), context: run.context, sampling: sampling,
        seed: networks.seed),
      isQuiet: output.quiet)
    if isFile { try frames.write(animation: path) } else { try frames.write(folder: path) }
    return path
  }
}
