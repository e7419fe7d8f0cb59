import Testing

@testable import GuidedDiffusion

/// A class of kernels and a precision, with the error that a network's output may have.
struct TestedKernels: CustomTestStringConvertible, Sendable {
  let kernels: KernelClass
  let precision: Precision

  /// Largest error over the output's root mean square.
  let largest: Double

  /// Root mean square of the error over the output's.
  let typical: Double

  var testDescription: String { "kernels for \(kernels), \(precision)" }

  var options: OpenCLOptions { OpenCLOptions(kernels: kernels, precision: precision) }

  static let cpu = TestedKernels(kernels: .cpu, precision: .single, largest: 1e-4, typical: 1e-4)
  static let single = TestedKernels(
    kernels: .gpu, precision: .single, largest: 1e-4, typical: 1e-4)
  static let half = TestedKernels(kernels: .gpu, precision: .half, largest: 1e-2, typical: 3e-3)
  static let all = [cpu, single, half]

  /// Errors as parts of what they may be: 1 at most.
  func error(
    _ actual: [Float], _ expected: [Double]
  ) -> Double {
    let square = expected.reduce(0) { $0 + $1 * $1 }
    let errors = zip(actual, expected).reduce(0) { sum, pair in
      sum + (Double(pair.0) - pair.1) * (Double(pair.0) - pair.1)
    }
    let typicalError = (errors / square).squareRoot()
    return max(relativeError(actual, expected) / largest, typicalError / typical)
  }
}
