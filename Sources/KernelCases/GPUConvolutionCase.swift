import GuidedDiffusion

/// One product of the kernel for GPUs, on any device, against the Double backend.
public struct GPUConvolutionCase: Sendable, CustomStringConvertible {
  /// Sizes, epilogue and engine.
  package let trial: GPUConvolutionTrial

  /// Number of images.
  public let batch: Int

  init(_ trial: GPUConvolutionTrial, batch: Int) {
    self.trial = trial
    self.batch = batch
  }

  /// The same with another engine.
  package init(_ other: GPUConvolutionCase, engine: GPUEngine) {
    var trial = other.trial
    trial.engine = engine
    self.init(trial, batch: other.batch)
  }

  /// For example `gpu 3x3/1 [5, 17]->19 @7x9 epilogue 15 half portable b2`.
  public var description: String {
    let size = "\(trial.kernel)x\(trial.kernel)/\(trial.stride) \(trial.sources)->\(trial.outputs)"
    return "gpu \(size) @\(trial.height)x\(trial.width) epilogue \(trial.steps)"
      + " \(trial.isHalf ? "half" : "float") \(trial.engine) b\(batch)"
  }

  /// Largest error: little more than rounding to what is stored, at most 2^-11 of a half.
  public var tolerance: Double { trial.isHalf ? 5.5e-4 : 2e-5 }

  /// Computes the case on a device.
  ///
  /// - Parameter context: the device.
  /// - Returns: `[N, OH, OW, Cout]`.
  /// - Throws: what the device reports.
  public func result(on context: Context) throws -> [Float] {
    let operands = Operands(self)
    return try trial.run(
      operands.x, weights: operands.weights, factor: operands.factor,
      residual: trial.steps & 4 != 0 ? operands.residual : [], on: context)
  }

  /// Computes the case on a device and in Double.
  ///
  /// - Parameter context: the device.
  /// - Returns: largest difference, relative to the Double result's root mean square and to the
  ///   number itself where that is larger.
  /// - Throws: what the device reports.
  public func error(on context: Context) throws -> Double {
    let (result, expected) = (try result(on: context), try expected())
    let square = expected.map { $0 * $0 }.reduce(0, +) / Double(expected.count)
    let errors = zip(result, expected).map {
      abs(Double($0) - $1) / max(abs($1), square.squareRoot())
    }
    return errors.allSatisfy(\.isFinite) ? errors.max() ?? .infinity : .infinity
  }

  private func expected() throws -> [Double] {
    let operands = Operands(self)
    var graph = Graph()
    var inputs: [String: Tensor<Double>] = [:]
    func tensor(_ axes: [Int], _ elements: [Float]) -> Tensor<Double> {
      Tensor(shape: [batch] + axes, elements: elements.map(Double.init))
    }
    let parts = trial.sources.enumerated().map { index, channels in
      inputs["x\(index)"] = tensor([trial.height, trial.width, channels], operands.x[index])
      return graph.input("x\(index)", .batched(trial.height, trial.width, channels))
    }
    let x = parts.count == 1 ? parts[0] : graph.concatenate(parts)
    let channels = trial.sources.reduce(0, +)
    let weights = graph.parameter("w", trial.outputs, channels, trial.kernel, trial.kernel)
    let y = graph.convolution(x, weights, stride: trial.stride, padding: .all(trial.padding))
    graph.name(epilogue(y, operands, tensor, &graph, &inputs), "result")
    let executable = try CPUExecutable<Double>(
      compiling: graph, parameters: operands, outputs: ["result"])
    return executable.run(inputs)["result"]?.elements ?? []
  }

  /// The steps as operations.
  private func epilogue(
    _ y: Graph.Value, _ operands: Operands, _ tensor: ([Int], [Float]) -> Tensor<Double>,
    _ graph: inout Graph, _ inputs: inout [String: Tensor<Double>]
  ) -> Graph.Value {
    let (steps, constants) = (trial.steps, GPUConvolutionTrial.constants)
    var y = y
    if steps & 1 != 0 {
      inputs["factor"] = tensor([trial.outputs], operands.factor)
      let factor = graph.input("factor", .batched(trial.outputs))
      y = graph.binary(
        .multiply, y, graph.unary(.affine(scale: 1, shift: constants.shift), factor))
    }
    if steps & 2 != 0 { y = graph.scale(graph.unary(.silu, y), by: constants.gain) }
    if steps & 4 != 0 {
      let axes = [trial.outHeight, trial.outWidth, trial.outputs]
      inputs["residual"] = tensor(axes, operands.residual)
      let residual = graph.input("residual", .batched(axes[0], axes[1], axes[2]))
      y = graph.combine([(residual, constants.main), (y, constants.branch)])
    }
    if steps & 8 != 0 { y = graph.unary(.clamp(-constants.limit...constants.limit), y) }
    if steps & 16 != 0 { y = graph.binary(.add, y, graph.parameter("factor", trial.outputs)) }
    if steps & 32 != 0 { y = graph.relu(y) }
    if steps & 64 != 0 { y = graph.unary(.gelu, y) }
    return y
  }
}

/// Numbers as they are stored.
private struct Operands: ParameterSource {
  let x: [[Float]]
  let weights: [Float]
  let factor: [Float]
  let residual: [Float]

  init(_ item: GPUConvolutionCase) {
    let (trial, numbers) = (item.trial, CaseParameters(seed: 4))
    func stored(_ name: String, _ count: Int) -> [Float] {
      let elements: [Float] = numbers.normals(name, count: count)
      return trial.isHalf ? elements.map { Float(Float16($0)) } : elements
    }
    x = trial.sources.enumerated().map { index, channels in
      stored("x\(index)", item.batch * trial.height * trial.width * channels)
    }
    let taps = trial.kernel * trial.kernel
    weights = stored("w", trial.outputs * trial.sources.reduce(0, +) * taps)
    // A bias for all images, or a factor for each.
    let vectors = trial.steps & 1 != 0 ? item.batch : 1
    factor = trial.steps & 17 != 0 ? numbers.normals("f", count: vectors * trial.outputs) : []
    residual = stored("r", item.batch * trial.outHeight * trial.outWidth * trial.outputs)
  }

  func elements<Element: BinaryFloatingPoint>(
    of name: String, shape: Shape, as type: Element.Type
  ) -> [Element] { (name == "w" ? weights : factor).map { Element($0) } }
}
