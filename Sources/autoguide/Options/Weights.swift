import ArgumentParser
import GuidedDiffusion

/// Guidance weights as `2` or `1,1.5,2`.
struct Weights: ExpressibleByArgument {
  let values: [Double]

  init?(argument: String) {
    let parts = argument.split(separator: ",", omittingEmptySubsequences: false)
    let numbers = parts.compactMap { Double($0.filter { $0 != " " }) }
    guard numbers.count == parts.count else { return nil }
    values = numbers
  }
}

/// A weight without needless digits: `2`, `1.5`.
func short(_ weight: Double) -> String {
  weight == weight.rounded() && weight.magnitude < 1e6 ? "\(Int(weight))" : "\(weight)"
}
