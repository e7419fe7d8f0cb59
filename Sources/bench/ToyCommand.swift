import ArgumentParser
import GuidedDiffusion

/// One evaluation of the toy network's training gradient.
struct ToyCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "toy", abstract: "Time a training iteration of the 2D example.")

  @Option(help: "Features of each layer.")
  var dim = 64

  @Option(help: "Points per iteration.")
  var batch = 4096

  @Flag(help: "Print time and share of each kind of launch.")
  var profile = false

  @OptionGroup var options: DeviceOptions

  func run() async throws {
    let context = try options.context()
    var graph = ToyMLP(features: dim).trainingGraph().withParametersAsInputs()
    let parameters = graph.inputs.filter { !$0.shape.isBatched }
    guard let loss = graph.names["loss"] else { return }
    let values = parameters.map { graph.input($0.name, $0.shape) }
    for (p, g) in zip(parameters, graph.gradient(of: loss, withRespectTo: values)) {
      graph.name(g, p.name)
    }
    let executable = try OpenCLExecutable(
      compiling: graph, parameters: RandomParameters(seed: 1),
      outputs: parameters.map(\.name) + ["loss"], capacity: batch, on: context)
    let subject = Subject(
      name: "toy \(dim)", batch: batch,
      operations: 2 * Double(executable.multiplyAdds * batch)
    ) { try executable.runOnly(batch: batch) }
    let measurement = try await options.report(subject, on: context)
    if profile { try executable.showProfile(batch: batch, peak: measurement.peak) }
  }
}
