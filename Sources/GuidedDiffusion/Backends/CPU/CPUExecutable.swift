/// A graph compiled for the CPU: plain Swift and OpenBLAS.
///
/// In `Float` it is the fallback where no OpenCL device is; in `Double` the oracle for kernels and
/// networks. It takes any number of images; the bits of an image's results depend neither on the
/// other images nor on their number.
public struct CPUExecutable<Element: CPUScalar>: Sendable {
  private let schedule: CPUSchedule<Element>

  /// The named values that runs return.
  private let outputs: [String: Graph.Value]

  /// Compiles a graph: evaluates what depends on parameters alone.
  ///
  /// - Parameters:
  ///   - graph: the network.
  ///   - parameters: its parameters.
  ///   - outputs: names of the values that runs return.
  /// - Throws: what `parameters` throws.
  /// - Precondition: the graph has values of these names.
  public init(
    compiling graph: Graph, parameters: any ParameterSource, outputs: [String]
  ) throws {
    var named: [String: Graph.Value] = [:]
    for name in outputs {
      guard let value = graph.names[name] else { preconditionFailure("no value named \(name)") }
      named[name] = value
    }
    self.outputs = named
    schedule = try CPUSchedule(
      of: graph, computing: Array(named.values), parameters: parameters)
  }

  /// Computes the outputs.
  ///
  /// - Parameter inputs: every input that the outputs depend on, by name; all batched ones with
  ///   the same number of images.
  /// - Returns: the outputs by name, `[N, ...]` where they are batched.
  /// - Precondition: no input is missing or of another shape than the graph says.
  public func run(_ inputs: [String: Tensor<Element>]) -> [String: Tensor<Element>] {
    let images = batchSize(of: inputs)
    let values = schedule.evaluate(images: images) { name, shape in
      guard let tensor = inputs[name] else { preconditionFailure("no input \(name)") }
      let expected = (shape.isBatched ? [images] : []) + shape.dimensions
      precondition(tensor.shape == expected, "input \(name) is \(tensor.shape), not \(shape)")
      return CPUValue(shape: shape, elements: tensor.elements, isShared: !shape.isBatched)
    }
    return outputs.mapValues { output in
      guard let value = values[output.index] else { preconditionFailure("output not computed") }
      return value.tensor(images: images)
    }
  }

  /// N of the first batched input; 1 without one.
  private func batchSize(of inputs: [String: Tensor<Element>]) -> Int {
    for (name, shape) in schedule.inputs where shape.isBatched {
      guard let tensor = inputs[name], let images = tensor.shape.first else { continue }
      return images
    }
    return 1
  }
}
