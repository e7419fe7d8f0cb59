/// A graph as launches, with what its inputs and outputs are; nothing is allocated yet but constants.
struct LoweredGraph {
  var lowering: Lowering

  /// The outputs in the order asked for.
  let named: [(name: String, value: Graph.Value, memory: Lowering.Memory)]

  /// The inputs that are needed.
  let inputs: [String: Graph.Value]

  /// Memory that the caller has already.
  let given: [Lowering.Memory: Buffer]

  init(
    _ graph: Graph, parameters: any ParameterSource, outputs: [String], capacity: Int,
    options: OpenCLOptions, shared: [String: Buffer], on context: Context
  ) throws {
    let values = outputs.map { name in
      guard let value = graph.names[name] else { preconditionFailure("no value named \(name)") }
      return value
    }
    var lowering = try Lowering(
      graph, outputs: values, parameters: parameters, capacity: capacity, options: options,
      on: context)
    var named: [(name: String, value: Graph.Value, memory: Lowering.Memory)] = []
    for (name, value) in zip(outputs, values) {
      let memory = try lowering.dense(value, isHalf: false)
      lowering.keep(memory)
      named.append((name, value, memory))
    }
    var inputs: [String: Graph.Value] = [:]
    for value in graph.values where lowering.views[value] != nil {
      if case .input(let name) = graph[value].operation { inputs[name] = value }
    }
    var given: [Lowering.Memory: Buffer] = [:]
    for (name, value) in inputs { given[lowering.view(value).memory] = shared[name] }
    for (name, _, memory) in named { given[memory] = shared[name] ?? given[memory] }
    self.lowering = lowering
    self.named = named
    self.inputs = inputs
    self.given = given
  }

  /// The regions; those that the caller has take nothing.
  var regions: [Region] {
    lowering.regions.indices.map { index in
      given[.region(index)] == nil ? lowering.regions[index] : Region(size: 0, life: 0...0)
    }
  }

  /// Places for the regions, and the size of each allocation.
  func place(on device: OpenCLDevice) -> (places: [Arena.Place], sizes: [Int]) {
    Arena.place(regions, alignment: device.subBufferAlignment, limit: device.largestAllocation)
  }
}
