import ArgumentParser

struct Bench: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "bench",
    abstract: "Measure networks, steps and images against the device's own peak.",
    discussion: """
      Every figure is a median with its spread; the peak of fused multiply-adds is measured in the
      same process, in turns with what is measured. Only ratios of one run can be compared.
      """,
    subcommands: [
      NetworkCommand.self, ConvolutionCommand.self, StepCommand.self, ImagesCommand.self,
      StartCommand.self, ToyCommand.self, TrainCommand.self, FeaturesCommand.self,
      LatentsCommand.self, FrechetCommand.self, CheckCommand.self, ChartCommand.self,
    ])
}
