import Foundation
import Testing

@testable import GuidedDiffusion

/// The operations of a vision transformer against their formulas.
@Suite("CPU operations of transformers") struct CPUTokensTests {
  private static func run(
    _ inputs: [(Tensor<Double>, isBatched: Bool)],
    _ build: (inout Graph, [Graph.Value]) -> Graph.Value
  ) throws -> Tensor<Double> {
    var graph = Graph()
    let values = inputs.enumerated().map { index, input in
      graph.input(
        "x\(index)",
        Shape(
          isBatched: input.isBatched,
          dimensions: Array(input.isBatched ? input.0.shape.dropFirst() : input.0.shape[...])))
    }
    graph.name(build(&graph, values), "y")
    let executable = try CPUExecutable<Double>(
      compiling: graph, parameters: NoParameters(), outputs: ["y"])
    let tensors = inputs.enumerated().map { ("x\($0)", $1.0) }
    return try #require(executable.run(Dictionary(uniqueKeysWithValues: tensors))["y"])
  }

  @Test("tokens are the table's first row, and sums")
  func tokens() throws {
    let x = Tensor(shape: [2, 1, 2, 3], elements: (0..<12).map { Double($0) })
    let table = Tensor(shape: [3, 3], elements: (0..<9).map { Double($0 * 100) })
    let y = try Self.run([(x, true), (table, false)]) { $0.tokens($1[0], $1[1]) }
    #expect(
      y
        == Tensor(
          shape: [2, 1, 3, 3],
          elements: [
            0, 100, 200, 300, 401, 502, 603, 704, 805, 0, 100, 200, 306, 407, 508, 609, 710, 811,
          ]))
    let row = try Self.run([(x, true)]) { $0.row($1[0], 1) }
    #expect(row == Tensor(shape: [2, 3], elements: [3, 4, 5, 9, 10, 11]))
  }

  @Test("standardized rows have mean 0 and variance 1 but for epsilon")
  func standardize() throws {
    let x = Tensor(shape: [1, 2, 4], elements: [1.0, 2, 3, 6, -5, -5, -5, -5])
    let y = try Self.run([(x, true)]) { $0.standardize($1[0], epsilon: 0.5) }
    let deviation = (3.5 + 0.5).squareRoot()
    let expected = [-2.0, -1, 0, 3].map { $0 / deviation } + [0, 0, 0, 0]
    #expect(zip(y.elements, expected).allSatisfy { abs($0 - $1) < 1e-15 })
  }

  @Test("gelu is x times the normal distribution function")
  func gelu() throws {
    let x = Tensor(shape: [1, 6], elements: [-30.0, -2, -0.5, 0, 1, 30])
    let y = try Self.run([(x, true)]) { $0.unary(.gelu, $1[0]) }
    // By Simpson's rule from 0: x (1/2 + the integral of the density).
    let expected = x.elements.map { x in
      let (steps, limit) = (4000, max(-10, min(10, x)))
      let width = limit / Double(steps)
      let sum = (0...steps).reduce(0.0) { sum, index in
        let t = Double(index) * width
        let weight = index == 0 || index == steps ? 1.0 : index % 2 == 1 ? 4 : 2
        return sum + weight * exp(-t * t / 2) / (2 * Double.pi).squareRoot()
      }
      return x * (0.5 + sum * width / 3)
    }
    #expect(zip(y.elements, expected).allSatisfy { abs($0 - $1) < 1e-12 })
  }

  @Test("bicubic keeps constants and edges, and averages when shrinking", arguments: [3, 8, 21])
  func bicubic(size: Int) throws {
    let constant = Tensor(
      shape: [1, size, size, 1], elements: [Double](repeating: 3, count: size * size))
    let y = try Self.run([(constant, true)]) {
      $0.resize($1[0], height: 7, width: 5, filter: .bicubic)
    }
    #expect(y.elements.allSatisfy { abs($0 - 3) < 1e-12 })
    // No weight of any pixel is lost when shrinking, but at the border.
    let taps = Resizing(filter: .bicubic).taps(from: 64, to: 8)
    let weights = taps.reduce(into: [Double](repeating: 0, count: 64)) { sums, tap in
      for (index, weight) in tap.weights.enumerated() { sums[tap.start + index] += weight }
    }
    #expect(weights[24..<40].allSatisfy { abs($0 - 0.125) < 0.01 })
  }
}
