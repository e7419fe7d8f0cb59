/// A network of the 2D example compiled for a device.
package final class ToyDensity: DensityModel {
  private enum Executable {
    case openCL(OpenCLExecutable)
    case fallback(CPUExecutable<Float>)
  }

  private let executable: Executable
  private static let capacity = 4096

  /// Compiles a network; without a context for the fallback.
  ///
  /// - Throws: ``OpenCLError``.
  package init(_ network: ToyNetwork, on context: Context?) throws {
    let (graph, outputs) = (network.configuration.graph(), ["logDensity", "score"])
    let parameters = FixedParameters(network.parameters)
    executable =
      if let context {
        .openCL(
          try OpenCLExecutable(
            compiling: graph, parameters: parameters, outputs: outputs, capacity: Self.capacity,
            on: context))
      } else {
        .fallback(
          try CPUExecutable<Float>(compiling: graph, parameters: parameters, outputs: outputs))
      }
  }

  package func evaluate(_ points: [SIMD2<Float>], sigma: [Float]) throws -> DensityValues {
    precondition(points.count == sigma.count, "\(points.count) points, \(sigma.count) levels")
    var values = DensityValues(logDensities: [], scores: [])
    for start in stride(from: 0, to: points.count, by: Self.capacity) {
      let range = start..<min(start + Self.capacity, points.count)
      let inputs = [
        "x": Tensor(Array(points[range])),
        "sigma": Tensor(shape: [range.count, 1], elements: Array(sigma[range])),
      ]
      let results =
        switch executable {
        case .openCL(let executable): try executable.run(inputs)
        case .fallback(let executable): executable.run(inputs)
        }
      guard let density = results["logDensity"]?.elements, let score = results["score"]?.elements
      else { preconditionFailure("a network has outputs") }
      values.logDensities += density
      values.scores += range.indices.map {
        SIMD2(score[2 * ($0 - start)], score[2 * ($0 - start) + 1])
      }
    }
    return values
  }
}

extension GaussianMixture {
  /// The mixture on a device; without a context on the fallback.
  package func model(on context: Context?) throws -> any DensityModel {
    if let context { try OpenCLMixture(self, on: context) } else { self }
  }
}
