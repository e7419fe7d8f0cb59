import ArgumentParser
import Figures
import Foundation
import GuidedDiffusion

struct ToyDraw: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "draw", abstract: "Train the networks and draw the paper's Figures 1 and 2.",
    discussion: """
      Figure 1: samples of the truth, of the main network without guidance, with classifier-free \
      guidance (--cfg), with a scaled score, and with autoguidance. Figure 2: trajectories from a \
      low noise level, the densities of both networks there, and their ratio.
      """)

  @OptionGroup(title: "Networks") var networks: ToyOptions
  @OptionGroup(title: "Sampling") var sampling: ToySamplingOptions

  @Option(
    help: ArgumentHelp(
      "Figure 1, as .png, .svg or .pdf. (default: figure1.png in the output folder)",
      valueName: "file"), completion: .file(extensions: ["png", "svg", "pdf"]))
  var figure1: String?

  @Option(
    help: ArgumentHelp(
      "Figure 2, as .png, .svg or .pdf. (default: figure2.png in the output folder)",
      valueName: "file"), completion: .file(extensions: ["png", "svg", "pdf"]))
  var figure2: String?

  @OptionGroup(title: "Device") var device: DeviceOptions
  @OptionGroup(title: "Report") var output: OutputOptions

  func validate() throws {
    for (name, path) in [("figure1", figure1), ("figure2", figure2)] {
      if let path, (try? FigureFormat(path: path)) == nil {
        throw ValidationError("--\(name) is \(path): end it in .png, .svg or .pdf")
      }
    }
  }

  func run() async throws {
    let files = try draw()
    if output.json {
      return try Console.print(json: ["figure1": files[0], "figure2": files[1]])
    }
    for file in files { try Console.print(file) }
  }

  /// Trains what is missing and draws; returns the figures' paths.
  private func draw() throws -> [String] {
    let run = try ToyRun(networks, device: try device.choose(), isQuiet: output.quiet)
    let paths = [figure1 ?? run.file("figure1.png"), figure2 ?? run.file("figure2.png")]
    for path in paths { try checkWritable(path) }
    let pictures = ToyPictures(
      models: try ToyModels(networks, run), context: run.context, sampling: sampling,
      seed: networks.seed)
    let report = output.quiet || !Console.isInteractive ? { _ in } : Console.rewrite
    let plots = [try pictures.figure1(report: report), try pictures.figure2(report: report)]
    report("")
    for (plot, path) in zip(plots, paths) { try plot.drawing().write(to: path) }
    return paths
  }
}
