import ArgumentParser
import GuidedDiffusion

/// Lengths of power-function averages as `0.05,0.10`; `...` between numbers goes on evenly, as in
/// `0.010,0.015,...,0.250`. Sorted, each once.
struct AverageLengths: ExpressibleByArgument {
  let values: [PowerFunctionEMA]

  init?(argument: String) {
    let parts = argument.split(separator: ",", omittingEmptySubsequences: false)
      .map { $0.filter { $0 != " " } }
    var numbers: [Double] = []
    for (index, part) in parts.enumerated() {
      if part != "..." {
        guard let number = Double(part) else { return nil }
        numbers.append(number)
        continue
      }
      guard index + 1 < parts.count, let end = Double(parts[index + 1]), index >= 2,
        let before = Double(parts[index - 2]), let start = Double(parts[index - 1])
      else { return nil }
      let steps = (end - start) / (start - before) - 1
      guard steps.isFinite, 0.5..<100_000 ~= steps, (steps - steps.rounded()).magnitude <= 1e-4
      else { return nil }
      numbers += (1...Int(steps.rounded())).map { start + (start - before) * Double($0) }
    }
    // Steps are exact to rounding: what a name of three decimals cannot tell apart is one length.
    let lengths = numbers.map { ($0 * 1e6).rounded() / 1e6 }
    let averages = Set(lengths).sorted().compactMap(PowerFunctionEMA.init)
    guard !averages.isEmpty, averages.count == Set(lengths).count else { return nil }
    values = averages
  }

  static var defaultValueDescription: String { "" }
}
