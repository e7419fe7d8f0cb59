/// A network of the 2D example compiled for a device.
package final class ToyDensity: DensityModel {
  private let graph: CompiledGraph
  private static let capacity = 4096

  /// Compiles a network; without a context for the fallback.
  ///
  /// - Throws: ``OpenCLError``.
  package init(_ network: ToyNetwork, on context: Context?) throws {
    graph = try CompiledGraph(
      network.configuration.graph(), parameters: FixedParameters(network.parameters),
      outputs: ["logDensity", "score"], capacity: Self.capacity, on: context)
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
      let results = try graph(inputs)
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
