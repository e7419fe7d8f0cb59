import ArgumentParser

struct Toy: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "The paper's 2D example: train, draw, evaluate, animate.",
    discussion: """
      Trains a main network and a weak one on a known distribution in the plane, and shows what \
      guidance does to samples. Networks are kept in the output folder; a run that was stopped \
      goes on where it was.

      EXAMPLES:
        autoguide toy --cfg
        autoguide toy evaluate --cfg
        autoguide toy animate --animation flow.png
      """,
    subcommands: [ToyDraw.self, ToyEvaluate.self, ToyAnimate.self], defaultSubcommand: ToyDraw.self)
}
