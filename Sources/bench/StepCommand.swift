import ArgumentParser
import GuidedDiffusion

/// One guided evaluation: main network, guide and the fused step.
struct StepCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "step", abstract: "Time one guided evaluation of a pair of networks.")

  @Option(help: "Main network: a published name (random weights), or a file.")
  var net: String

  @Option(help: "Guide: a published name (random weights), or a file.")
  var gnet: String

  @Option(help: "Number of images.")
  var batch = 1

  @OptionGroup var options: DeviceOptions

  func run() async throws {
    let context = try options.context()
    let (main, guide) = (try NetworkSource(net).network, try NetworkSource(gnet).network)
    let plan = try OpenCLPlan<Float>(
      main: main, guides: [guide], capacity: batch,
      options: OpenCLOptions(table: .cpu(options.accuracy)), on: context)
    let state = [Float](repeating: 1, count: batch * main.imageShape.count)
    try plan.begin(x: state, classes: nil)
    let subject = Subject(
      name: "\(net) + \(gnet)", batch: batch, operations: 2 * Double(batch * plan.multiplyAdds)
    ) {
      try plan.euler(from: 1, to: 1, weights: [2])
      try plan.wait()
    }
    try await options.report(subject, on: context)
  }
}
