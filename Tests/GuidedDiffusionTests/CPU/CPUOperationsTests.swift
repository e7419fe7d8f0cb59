import Foundation
import Testing

@testable import GuidedDiffusion

/// Each operation of the CPU backend in `Double` against its formula written as plain loops.
@Suite("CPU operations") struct CPUOperationsTests {
  /// Builds a graph around inputs, runs it on the CPU and returns its result.
  static func run(
    _ inputs: [Tensor<Double>], isBatched: [Bool]? = nil,
    _ build: (inout Graph, [Graph.Value]) -> Graph.Value
  ) throws -> Tensor<Double> {
    var graph = Graph()
    var values: [String: Tensor<Double>] = [:]
    let operands = inputs.enumerated().map { index, tensor in
      let name = "input\(index)"
      values[name] = tensor
      let isBatched = isBatched?[index] ?? true
      let dimensions = isBatched ? Array(tensor.shape.dropFirst()) : tensor.shape
      return graph.input(name, Shape(isBatched: isBatched, dimensions: dimensions))
    }
    graph.name(build(&graph, operands), "result")
    let executable = try CPUExecutable<Double>(
      compiling: graph, parameters: RandomParameters(seed: 1), outputs: ["result"])
    return try #require(executable.run(values)["result"])
  }

  @Test(
    "convolution", arguments: [1, 3, 7, 9], [(1, 1), (3, 1), (3, 2), (2, 1)])
  func convolution(size: Int, kernelAndStride: (Int, Int)) throws {
    let (kernel, stride) = kernelAndStride
    for (width, channels, outputs) in [(size, 1, 5), (size + 2, 5, 17), (size + 13, 17, 3)] {
      let padding = Convolution.Padding(
        top: kernel / 2, left: kernel / 2, bottom: (kernel - 1) / 2 + 1, right: kernel / 2)
      var numbers = RandomNumbers(seed: 1)
      let x: Tensor<Double> = numbers.tensor(2, size, width, channels)
      let w: Tensor<Double> = numbers.tensor(outputs, channels, kernel, kernel)
      let y = try Self.run([x, w], isBatched: [true, false]) { graph, operands in
        graph.convolution(operands[0], operands[1], stride: stride, padding: padding)
      }
      let (rows, columns) = (y.shape[1], y.shape[2])
      #expect(rows == (size + padding.top + padding.bottom - kernel) / stride + 1)
      var expected: [Double] = []
      for n in 0..<2 {
        for row in 0..<rows {
          for column in 0..<columns {
            for output in 0..<outputs {
              var sum = 0.0
              for ky in 0..<kernel {
                for kx in 0..<kernel {
                  let (sy, sx) = (
                    row * stride + ky - padding.top, column * stride + kx - padding.left
                  )
                  guard 0..<size ~= sy, 0..<width ~= sx else { continue }
                  for c in 0..<channels {
                    sum +=
                      x.elements[((n * size + sy) * width + sx) * channels + c]
                      * w.elements[((output * channels + c) * kernel + ky) * kernel + kx]
                  }
                }
              }
              expected.append(sum)
            }
          }
        }
      }
      #expect(relativeError(y.elements, expected) < 1e-13)
    }
  }

  @Test("linear", arguments: [1, 5, 17])
  func linear(channels: Int) throws {
    var numbers = RandomNumbers(seed: 2)
    let x: Tensor<Double> = numbers.tensor(3, 7, channels)
    let w: Tensor<Double> = numbers.tensor(9, channels)
    let y = try Self.run([x, w], isBatched: [true, false]) { $0.linear($1[0], $1[1]) }
    #expect(y.shape == [3, 7, 9])
    let expected = (0..<21 * 9).map { index in
      (0..<channels).reduce(0.0) { sum, c in
        sum + x.elements[index / 9 * channels + c] * w.elements[index % 9 * channels + c]
      }
    }
    #expect(relativeError(y.elements, expected) < 1e-13)
  }

  @Test("attention", arguments: [(1, 1, 1), (3, 7, 1), (7, 5, 3), (9, 8, 2)])
  func attention(size: Int, width: Int, heads: Int) throws {
    let (pixels, channels) = (size * (size + 1), width * heads)
    var numbers = RandomNumbers(seed: 3)
    let inputs: [Tensor<Double>] = (0..<3).map { _ in
      numbers.tensor(2, size, size + 1, channels)
    }
    // Large logits: a softmax without subtraction of the largest would overflow.
    let scale = 300.0
    let y = try Self.run(inputs) {
      $0.attention($1[0], $1[1], $1[2], heads: heads, scale: scale)
    }
    func element(_ input: Int, _ n: Int, _ pixel: Int, _ channel: Int) -> Double {
      inputs[input].elements[(n * pixels + pixel) * channels + channel]
    }
    var expected: [Double] = []
    for n in 0..<2 {
      for query in 0..<pixels {
        for channel in 0..<channels {
          let first = channel / width * width
          let scores = (0..<pixels).map { key in
            (first..<first + width).reduce(0.0) {
              $0 + element(0, n, query, $1) * element(1, n, key, $1)
            } * scale
          }
          let largest = scores.max() ?? 0
          let weights = scores.map { exp($0 - largest) }
          let sum = weights.reduce(0, +)
          expected.append(
            (0..<pixels).reduce(0.0) { $0 + weights[$1] / sum * element(2, n, $1, channel) })
        }
      }
    }
    #expect(relativeError(y.elements, expected) < 1e-11)
  }

  @Test("normalisation of channels", arguments: [(5, 1), (17, 1), (18, 3), (64, 4)])
  func normalizeChannels(channels: Int, groups: Int) throws {
    var numbers = RandomNumbers(seed: 4)
    let x: Tensor<Double> = numbers.tensor(2, 3, 7, channels)
    let y = try Self.run([x]) { $0.normalize($1[0], .channels(groups: groups)) }
    let length = channels / groups
    let expected = x.elements.indices.map { index in
      let first = index / length * length
      let squares = (first..<first + length).reduce(0.0) { $0 + pow(x.elements[$1], 2) }
      return x.elements[index] / (1e-4 + (squares / Double(length)).squareRoot())
    }
    #expect(relativeError(y.elements, expected) < 1e-14)
  }

  @Test("normalisation over everything but the first axis")
  func normalizeRows() throws {
    var numbers = RandomNumbers(seed: 5)
    let x: Tensor<Double> = numbers.tensor(5, 3, 3, 7)
    // As weights, and as five images: the same groups.
    for isBatched in [false, true] {
      let y = try Self.run([x], isBatched: [isBatched]) { $0.normalize($1[0], .allButFirst) }
      #expect(y.shape == x.shape)
      for row in 0..<5 {
        let squares = y.elements[row * 63..<(row + 1) * 63].reduce(0) { $0 + $1 * $1 }
        #expect(abs((squares / 63).squareRoot() - 1) < 2e-4)
      }
    }
    let zero = Tensor(shape: [1, 4], elements: [Double](repeating: 0, count: 4))
    let y = try Self.run([zero]) { $0.normalize($1[0], .allButFirst) }
    #expect(y.elements == [0, 0, 0, 0])
  }

  @Test("element-wise functions")
  func unary() throws {
    let numbers = [-800.0, -3, -1e-9, 0, 0.5, 2, 900]
    let x = Tensor(shape: [7, 1], elements: numbers)
    func values(_ function: UnaryFunction) throws -> [Double] {
      try Self.run([x]) { $0.unary(function, $1[0]) }.elements
    }
    #expect(relativeError(try values(.silu), numbers.map { $0 / (1 + exp(-$0)) }) < 1e-15)
    #expect(relativeError(try values(.cosine), numbers.map { cos($0) }) < 1e-15)
    #expect(try values(.affine(scale: 2, shift: -1)) == numbers.map { 2 * $0 - 1 })
    #expect(try values(.clamp(-2...1)) == [-2, -2, -1e-9, 0, 0.5, 1, 1])
    #expect(try values(.reciprocal) == numbers.map { 1 / $0 })
    let positive = Tensor(shape: [3, 1], elements: [0.01, 1, 80])
    for (function, formula) in [
      (UnaryFunction.logarithm, { log($0) }), (.exponential, { exp($0) }),
      (.squareRoot, { $0.squareRoot() }),
    ] as [(UnaryFunction, (Double) -> Double)] {
      let y = try Self.run([positive]) { $0.unary(function, $1[0]) }
      #expect(relativeError(y.elements, positive.elements.map(formula)) < 1e-15)
    }
  }

  @Test("the fast exponential of Float is right to its last bit or so")
  func exponential() {
    for step in -20_000...20_000 {
      let x = Float(step) * 0.00435
      #expect(abs(Double(Float.fastExponential(x)) / exp(Double(x)) - 1) < 0x1p-23, "\(x)")
    }
    #expect(Float.fastExponential(0) == 1)
    #expect(Float.fastExponential(-1e30) < 1e-37)
    #expect(Float.fastExponential(1e30) > 1e38)
    #expect(Float.fastExponential(.nan).isNaN)
  }

  @Test("functions of two values, with each kind of second operand")
  func binary() throws {
    var numbers = RandomNumbers(seed: 6)
    let a: Tensor<Double> = numbers.tensor(3, 2, 5, 7)
    let same: Tensor<Double> = numbers.tensor(3, 2, 5, 7)
    let perImage: Tensor<Double> = numbers.tensor(3, 1)
    let perChannel: Tensor<Double> = numbers.tensor(7)
    let perImageAndChannel: Tensor<Double> = numbers.tensor(3, 7)
    let scalar = Tensor(shape: [], elements: [1.5])
    let operands: [(Tensor<Double>, Bool, (Int) -> Int)] = [
      (same, true, { $0 }), (perImage, true, { $0 / 70 }), (perChannel, false, { $0 % 7 }),
      (perImageAndChannel, true, { $0 / 70 * 7 + $0 % 7 }), (scalar, false, { _ in 0 }),
    ]
    for (b, isBatched, index) in operands {
      let sum = try Self.run([a, b], isBatched: [true, isBatched]) {
        $0.binary(.add, $1[0], $1[1])
      }
      let product = try Self.run([a, b], isBatched: [true, isBatched]) {
        $0.binary(.multiply, $1[0], $1[1])
      }
      for i in a.elements.indices {
        #expect(sum.elements[i] == a.elements[i] + b.elements[index(i)])
        #expect(product.elements[i] == a.elements[i] * b.elements[index(i)])
      }
    }
  }

  @Test("combination, concatenation, slice, reshape, fill")
  func joins() throws {
    var numbers = RandomNumbers(seed: 7)
    let a: Tensor<Double> = numbers.tensor(2, 3, 3, 5)
    let b: Tensor<Double> = numbers.tensor(2, 3, 3, 5)
    let combined = try Self.run([a, b]) { $0.combine([($1[0], 2), ($1[1], -1)]) }
    #expect(combined.elements == zip(a.elements, b.elements).map { 2 * $0 - $1 })

    let joined = try Self.run([a, b]) { graph, operands in
      graph.concatenate([operands[0], graph.fill(1, .batched(3, 3, 1)), operands[1]])
    }
    #expect(joined.shape == [2, 3, 3, 11])
    for pixel in 0..<18 {
      let row = Array(joined.elements[pixel * 11..<(pixel + 1) * 11])
      #expect(row.prefix(5) == a.elements[pixel * 5..<(pixel + 1) * 5])
      #expect(row[5] == 1)
      #expect(row.suffix(5) == b.elements[pixel * 5..<(pixel + 1) * 5])
    }

    let part = try Self.run([a]) { $0.slice($1[0], 1..<4) }
    let expected = (0..<18).flatMap { a.elements[$0 * 5 + 1..<$0 * 5 + 4] }
    #expect(part == Tensor(shape: [2, 3, 3, 3], elements: expected))

    let reshaped = try Self.run([a]) { $0.reshape($1[0], .batched(45)) }
    #expect(reshaped == Tensor(shape: [2, 45], elements: a.elements))
  }

  @Test("gather permutes rows of parameters")
  func gather() throws {
    let x = Tensor(shape: [3, 2], elements: [0.0, 1, 10, 11, 20, 21])
    let y = try Self.run([x], isBatched: [false]) { $0.gather($1[0], [2, 0, 0]) }
    #expect(y == Tensor(shape: [3, 2], elements: [20, 21, 0, 1, 0, 1]))
  }

  @Test(
    "resampling down against its formula",
    arguments: [[1.0, 1], [1, 3, 3, 1], [1, 2, 4, 4, 3, 1]])
  func down(filter: [Double]) throws {
    var numbers = RandomNumbers(seed: 8)
    let x: Tensor<Double> = numbers.tensor(2, 6, 10, 3)
    let y = try Self.run([x]) { $0.resample($1[0], .down, filter: filter) }
    let (sum, padding) = (filter.reduce(0, +), (filter.count - 1) / 2)
    var expected: [Double] = []
    for n in 0..<2 {
      for row in 0..<3 {
        for column in 0..<5 {
          for channel in 0..<3 {
            var total = 0.0
            for (i, fi) in filter.enumerated() {
              for (j, fj) in filter.enumerated() {
                let (sy, sx) = (2 * row + i - padding, 2 * column + j - padding)
                guard 0..<6 ~= sy, 0..<10 ~= sx else { continue }
                total += fi * fj / sum / sum * x.elements[((n * 6 + sy) * 10 + sx) * 3 + channel]
              }
            }
            expected.append(total)
          }
        }
      }
    }
    #expect(relativeError(y.elements, expected) < 1e-14)
  }

  @Test(
    "resampling up is four times the transpose of down",
    arguments: [[1.0, 1], [1, 3, 3, 1], [1, 2, 4, 4, 3, 1]])
  func up(filter: [Double]) throws {
    var numbers = RandomNumbers(seed: 9)
    let x: Tensor<Double> = numbers.tensor(1, 3, 5, 4)
    let y: Tensor<Double> = numbers.tensor(1, 6, 10, 4)
    let up = try Self.run([x]) { $0.resample($1[0], .up, filter: filter) }
    let down = try Self.run([y]) { $0.resample($1[0], .down, filter: filter) }
    let left = zip(up.elements, y.elements).reduce(0) { $0 + $1.0 * $1.1 }
    let right = zip(x.elements, down.elements).reduce(0) { $0 + $1.0 * $1.1 }
    #expect(abs(left - 4 * right) < 1e-12)
  }
}
