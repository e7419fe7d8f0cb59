/// A graph compiled for one OpenCL device: a fixed list of launches over memory of its own.
///
/// Running it allocates nothing. The bits of an image's results depend neither on the other images
/// nor on their number. It has one owner, as its ``Context``.
public final class OpenCLExecutable {
  /// Largest batch.
  public let capacity: Int

  /// Bytes of device memory for weights and for activations.
  public let memory: (weights: Int, activations: Int)

  /// Multiply-adds for one image, counted as direct convolution.
  public var multiplyAdds: Int { launches.map(\.multiplyAdds).reduce(0, +) }

  let context: Context
  let launches: [Launch]

  /// For each launch, whether its results are those of the last run if no unbatched input has
  /// changed.
  private let isPreparation: [Bool]
  private let inputs: [String: (shape: Shape, buffer: Buffer)]
  private let outputs: [String: (shape: Shape, buffer: Buffer)]

  /// Compiles a graph.
  ///
  /// - Parameters:
  ///   - graph: the network.
  ///   - parameters: its parameters.
  ///   - outputs: names of the values that runs return.
  ///   - capacity: largest batch.
  ///   - table: which algorithm serves which convolution.
  ///   - context: the device.
  /// - Throws: ``OpenCLError``, ``UnsupportedOperation``, or what `parameters` throws.
  public convenience init(
    compiling graph: Graph, parameters: any ParameterSource, outputs: [String], capacity: Int,
    table: AlgorithmTable = .cpu(.standard), on context: Context
  ) throws {
    try self.init(
      compiling: graph, parameters: parameters, outputs: outputs, capacity: capacity,
      options: OpenCLOptions(table: table), on: context, shared: [:], isolated: false)
  }

  /// `shared` inputs and outputs lie in the caller's memory; `isolated` regions have allocations
  /// of their own size, so that a simulator notices every access beyond them.
  package init(
    compiling graph: Graph, parameters: any ParameterSource, outputs: [String], capacity: Int,
    options: OpenCLOptions, on context: Context, shared: [String: Buffer] = [:], isolated: Bool
  ) throws {
    self.context = context
    self.capacity = capacity
    let lowered = try LoweredGraph(
      graph, parameters: parameters, outputs: outputs, capacity: capacity, options: options,
      shared: shared, on: context)
    var lowering = lowered.lowering
    let (named, inputs) = (lowered.named, lowered.inputs)
    try lowering.prepareWeights(progress: options.progress)
    let constants = lowering.constants.compactMap { $0 }
    let (buffers, arena) = try Self.allocate(lowered, isolated: isolated, on: context)
    memory = (constants.map(\.size).reduce(0, +), arena)
    func buffer(_ memory: Lowering.Memory) -> Buffer {
      switch memory {
      case .region(let index): buffers[index]
      case .constant(let index): constants[index]
      }
    }
    isPreparation = lowering.launches.map(\.isPreparation)
    let generated = try lowering.expressions.source.map {
      try context.program($0, options: lowering.expressions.options(on: context.device))
    }
    launches = try lowering.launches.map { launch in
      guard let program = launch.program ?? generated else {
        preconditionFailure("no program for \(launch.name)")
      }
      let arguments: [Argument] = launch.arguments.map {
        switch $0 {
        case .read(let memory), .write(let memory): .buffer(buffer(memory))
        case .value(let argument): argument
        }
      }
      return try Launch(
        launch.name, of: program, arguments, label: launch.label,
        multiplyAdds: launch.multiplyAdds, local: launch.local, size: launch.size)
    }
    self.inputs = inputs.mapValues { (graph.shape($0), buffer(lowering.view($0).memory)) }
    self.outputs = Dictionary(
      uniqueKeysWithValues: named.map { ($0.name, (graph.shape($0.value), buffer($0.memory))) })
  }

  /// A buffer per region, and the bytes allocated for them; `given` regions have theirs already.
  private static func allocate(
    _ lowered: LoweredGraph, isolated: Bool, on context: Context
  ) throws -> (buffers: [Buffer], bytes: Int) {
    let (regions, given) = (lowered.regions, lowered.given)
    if isolated {
      let buffers = try regions.indices.map { index in
        try given[.region(index)] ?? Buffer(size: regions[index].size, on: context)
      }
      return (buffers, regions.map(\.size).reduce(0, +))
    }
    let (places, sizes) = lowered.place(on: context.device)
    let arenas = try sizes.map { try Buffer(size: $0, on: context) }
    let buffers = try regions.indices.map { index in
      try given[.region(index)]
        ?? Buffer(
          arenas[places[index].allocation], offset: places[index].offset,
          size: regions[index].size)
    }
    return (buffers, sizes.reduce(0, +))
  }
}

extension OpenCLExecutable {
  /// Enqueues all launches for `batch` images, without waiting; `isPrepared` leaves out those that
  /// depend on unbatched inputs alone, if these are as they were in the last run.
  func enqueue(batch: Int, isPrepared: Bool = false) throws(OpenCLError) {
    precondition(batch <= capacity, "\(batch) images, compiled for \(capacity)")
    for (launch, isPreparation) in zip(launches, isPreparation) where !(isPrepared && isPreparation)
    {
      try launch.enqueue(batch: batch)
    }
  }

  /// Device memory of an input, in padded rows; nil if no output depends on it.
  func input(_ name: String) -> Buffer? { inputs[name]?.buffer }

  /// Device memory of an output, in padded rows.
  func output(_ name: String) -> Buffer {
    guard let output = outputs[name] else { preconditionFailure("no output named \(name)") }
    return output.buffer
  }

  /// Computes the outputs.
  ///
  /// - Parameter inputs: every input that the outputs depend on, by name; all with the same
  ///   number of images, at most ``capacity``.
  /// - Returns: the outputs by name, `[N, ...]`.
  /// - Throws: ``OpenCLError``.
  public func run(_ inputs: [String: Tensor<Float>]) throws(OpenCLError) -> [String: Tensor<Float>]
  {
    var batch = 1
    for (name, (shape, buffer)) in self.inputs {
      guard let tensor = inputs[name] else { preconditionFailure("no input named \(name)") }
      let images = tensor.elements.count / max(shape.count, 1)
      if shape.isBatched { batch = images }
      precondition(
        tensor.elements.count == images * shape.count
          && images <= (shape.isBatched ? capacity : 1),
        "\(name) is \(tensor.shape), not \(shape) with N up to \(capacity)")
      try buffer.write(
        PaddedLayout.padded(tensor.elements, channels: PaddedLayout.width(shape)))
    }
    try enqueue(batch: batch)
    var results: [String: Tensor<Float>] = [:]
    for (name, (shape, buffer)) in outputs {
      let images = shape.isBatched ? batch : 1
      let padded = try buffer.read(PaddedLayout.count(shape) * images, as: Float.self)
      results[name] = Tensor(
        shape: (shape.isBatched ? [images] : []) + shape.dimensions,
        elements: PaddedLayout.dense(padded, channels: PaddedLayout.width(shape)))
    }
    return results
  }
}
