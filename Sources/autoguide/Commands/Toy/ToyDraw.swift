import ArgumentParser
import Foundation
import GuidedDiffusion

struct ToyDraw: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "draw", abstract: "Train the networks and draw the paper's Figures 1 and 2.")

  @OptionGroup(title: "Networks") var networks: ToyOptions
  @OptionGroup(title: "Sampling") var sampling: ToySamplingOptions
  @OptionGroup(title: "Device") var device: DeviceOptions
  @OptionGroup(title: "Report") var output: OutputOptions

  func run() async throws { try draw() }

  private func draw() throws {
    let run = try ToyRun(networks, device: try device.choose(), isQuiet: output.quiet)
    _ = try ToyModels(networks, run)
  }
}
