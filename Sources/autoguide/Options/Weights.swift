import ArgumentParser
import GuidedDiffusion

/// Guidance weights as `2`, `1,1.5,2` or `1,1.25,...,3`.
struct Weights: ExpressibleByArgument {
  let values: [Double]

  init?(argument: String) {
    guard let numbers = NumberSequence(argument) else { return nil }
    values = numbers.values
  }
}

/// A weight without needless digits: `2`, `1.5`.
func short(_ weight: Double) -> String {
  weight == weight.rounded() && weight.magnitude < 1e6 ? "\(Int(weight))" : "\(weight)"
}
