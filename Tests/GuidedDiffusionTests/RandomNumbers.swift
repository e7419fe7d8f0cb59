@testable import GuidedDiffusion

/// Reproducible test values.
struct RandomNumbers: Sendable {
  private var generator: SeededGenerator

  init(seed: UInt64) { generator = SeededGenerator(seed: seed) }

  /// Uniform in 0..<1.
  mutating func uniform() -> Double { Double.random(in: 0..<1, using: &generator) }

  /// About normal, mean 0 and variance 1: the sum of twelve uniform numbers.
  mutating func normal() -> Double { (0..<12).reduce(-6) { sum, _ in sum + uniform() } }

  mutating func normals<Element: BinaryFloatingPoint>(_ count: Int) -> [Element] {
    (0..<count).map { _ in Element(normal()) }
  }

  mutating func tensor<Element: CPUScalar>(_ shape: Int...) -> Tensor<Element> {
    Tensor(shape: shape, elements: normals(shape.reduce(1, *)))
  }
}

/// Largest deviation over the root mean square of `expected`.
func relativeError<A: BinaryFloatingPoint, B: BinaryFloatingPoint>(
  _ actual: [A], _ expected: [B]
) -> Double {
  precondition(actual.count == expected.count, "\(actual.count) against \(expected.count)")
  let square = expected.reduce(0) { $0 + Double($1) * Double($1) }
  let rms = (square / Double(expected.count)).squareRoot()
  // Not `max`, which would lose a NaN.
  var largest = 0.0
  for (a, b) in zip(actual, expected) {
    let error = abs(Double(a) - Double(b))
    if !(error <= largest) { largest = error }
  }
  return largest / rms
}
