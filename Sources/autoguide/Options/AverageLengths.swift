import ArgumentParser
import GuidedDiffusion

/// Lengths of power-function averages as `0.05,0.10`; `...` between numbers goes on evenly, as in
/// `0.010,0.015,...,0.250`. Sorted, each once.
struct AverageLengths: ExpressibleByArgument {
  let values: [PowerFunctionEMA]

  init?(argument: String) {
    guard let numbers = NumberSequence(argument) else { return nil }
    // What a name of three decimals cannot tell apart is one length.
    let lengths = numbers.values.map { ($0 * 1e6).rounded() / 1e6 }
    let averages = Set(lengths).sorted().compactMap(PowerFunctionEMA.init)
    guard !averages.isEmpty, averages.count == Set(lengths).count else { return nil }
    values = averages
  }

  static var defaultValueDescription: String { "" }
}
