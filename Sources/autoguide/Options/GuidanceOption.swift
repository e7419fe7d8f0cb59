import ArgumentParser

/// How strongly the guides of one run are followed.
struct GuidanceOption: ParsableArguments {
  @Option(
    name: .customLong("guidance"), parsing: .unconditional,
    help: ArgumentHelp(
      "Guidance weight; 1 is no guidance. With several guides one for each, as 1.5,2. "
        + "(default: the preset's, or 1)", valueName: "w"))
  var weights: Weights?
}
