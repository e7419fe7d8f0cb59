import ArgumentParser

struct EMA: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "ema",
    abstract: "Choose the length of the weights' average after the training.",
    subcommands: [EMAReconstruct.self, EMASweep.self])
}
