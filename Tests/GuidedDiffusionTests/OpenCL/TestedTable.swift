import Testing

@testable import GuidedDiffusion

/// A table of algorithms with the bounds that parity must keep under it.
struct TestedTable: CustomTestStringConvertible, Sendable {
  let testDescription: String
  let table: AlgorithmTable

  /// Largest error of a block's output over its root mean square, against Double.
  let blockError: Double

  /// Smallest part of the bytes of sampled images that equals the reference's.
  let equalBytes: Double

  /// The two accuracies, and each algorithm on all 3x3 convolutions.
  static let all: [TestedTable] = [
    TestedTable(
      testDescription: "default", table: .cpu(.standard), blockError: 1e-4, equalBytes: 0.999),
    TestedTable(
      testDescription: "strict", table: .cpu(.strict), blockError: 1e-4, equalBytes: 0.999),
    forced(.direct), forced(.winograd(2)), forced(.winograd(4)), forced(.winograd(6)),
  ]

  private static func forced(_ algorithm: ConvolutionAlgorithm) -> TestedTable {
    let isExact = [.direct, .winograd(2)].contains(algorithm)
    return TestedTable(
      testDescription: algorithm.name, table: .forced(algorithm),
      blockError: isExact ? 1e-4 : 5e-4, equalBytes: isExact ? 0.999 : 0.99)
  }
}
