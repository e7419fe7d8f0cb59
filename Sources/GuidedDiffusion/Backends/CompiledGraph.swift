/// A graph with its parameters, compiled for a device of either kind.
package final class CompiledGraph {
  private enum Executable {
    case openCL(OpenCLExecutable)
    case fallback(CPUExecutable<Float>)
  }

  private let executable: Executable

  /// Compiles a graph.
  ///
  /// - Parameters:
  ///   - graph: what to compute.
  ///   - parameters: of the graph.
  ///   - outputs: names of the values wanted.
  ///   - capacity: most images at once on an OpenCL device.
  ///   - options: how it is compiled for one.
  ///   - context: the device; nil for the fallback.
  /// - Throws: ``OpenCLError``, ``UnsupportedOperation``, or what the parameters throw.
  package init(
    _ graph: Graph, parameters: any ParameterSource, outputs: [String], capacity: Int,
    options: OpenCLOptions = OpenCLOptions(), on context: Context?
  ) throws {
    executable =
      if let context {
        .openCL(
          try OpenCLExecutable(
            compiling: graph, parameters: parameters, outputs: outputs, capacity: capacity,
            options: options, on: context, isolated: false))
      } else {
        .fallback(
          try CPUExecutable<Float>(compiling: graph, parameters: parameters, outputs: outputs))
      }
  }

  /// The outputs for inputs of one batch.
  package func callAsFunction(
    _ inputs: [String: Tensor<Float>]
  ) throws -> [String: Tensor<Float>] {
    switch executable {
    case .openCL(let executable): try executable.run(inputs)
    case .fallback(let executable): executable.run(inputs)
    }
  }
}

extension ComputeDevice {
  /// The device's context; nil for the fallback.
  package func makeContext() throws -> Context? {
    if case .openCL(let device) = self { try Context(device) } else { nil }
  }
}
