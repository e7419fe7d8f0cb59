/// Turns a graph into launches: the OpenCL backend's compiler.
///
/// A pass over the fused graph emits launches against regions of memory that do not exist yet;
/// when all lives are known, ``Arena`` places the regions and the launches get their buffers.
struct Lowering {
  /// Memory that a launch touches.
  enum Memory: Hashable {
    case region(Int)
    case constant(Int)
  }

  /// Where the rows of a value lie.
  struct View {
    let memory: Memory
    /// First channel of a row within its memory, and distance of rows, both in elements.
    var offset: Int
    var stride: Int

    /// Whether elements are the bits of halves, as kernels for GPUs may have them.
    var isHalf = false
  }

  /// An argument of a launch that has no buffer yet.
  enum PendingArgument {
    case read(Memory)
    case write(Memory)
    case value(Argument)
  }

  /// A launch whose memory has no place yet.
  struct PendingLaunch {
    let name: String
    /// nil for kernels that are generated for this graph.
    let program: Program?
    let arguments: [PendingArgument]
    let label: String
    let multiplyAdds: Int

    /// Size of a work-group; nil for groups of one.
    let local: [Int]?
    let size: (Int) -> [Int]

    /// Whether it depends on unbatched inputs alone: on the parameters of a training.
    var isPreparation = false

    /// What it does, if it can be a step of a chain.
    var step: RowStep?
  }

  let graph: Graph
  let fusion: Fusion
  let context: Context
  let capacity: Int
  let algorithms: AlgorithmPlan
  let table: AlgorithmTable
  let kernels: KernelClass
  let precision: Precision
  let engine: GPUEngine
  private let preparationBudget: Int

  /// Bytes for the tiles of one convolution by Winograd.
  let workspace: Int
  let weights: ConstantEvaluator<Float>
  let expressions = ExpressionLibrary()

  var regions: [Region] = []
  var launches: [PendingLaunch] = []
  var views: [Graph.Value: View] = [:]
  var constants: [Buffer?] = []
  private(set) var weightJobs: [WeightJob] = []
  private var zeros: (memory: Memory, count: Int)?

  /// Whether what is emitted depends on unbatched inputs alone.
  var isPreparing = false

  /// Packed weights that stand in memory.
  var packedWeights: [PackedWeights: Memory] = [:]

  /// Activations that stand in memory, by the value: the embedding's serve every block.
  var activations: [Graph.Value: Memory] = [:]

  /// Copies of values in the precision that kernels for GPUs read.
  var converted: [Graph.Value: View] = [:]

  init(
    _ graph: Graph, outputs: [Graph.Value], parameters: any ParameterSource, capacity: Int,
    options: OpenCLOptions, on context: Context
  ) throws {
    preparationBudget = options.preparationBudget
    workspace = options.workspace
    self.graph = graph
    self.context = context
    self.capacity = capacity
    table = options.table
    let kernels = options.kernels(on: context.device)
    fusion = Fusion(graph, outputs: outputs, kernels: kernels)
    // What only training needs has kernels of one class, which run on every device.
    self.kernels = fusion.usesExpressions ? .cpu : kernels
    precision = options.precision ?? .single
    engine = options.engine(on: context.device)
    guard precision == .single || self.kernels == .gpu else {
      throw UnsupportedOperation(
        detail: kernels == .gpu
          ? "gradients in half precision" : "with kernels for CPUs in half precision")
    }
    algorithms = AlgorithmPlan(
      graph, fusion, table: self.kernels == .gpu ? .direct : table, budget: options.weightBudget)
    weights = ConstantEvaluator(graph: graph, parameters: parameters)
    let dependsOnParameters = graph.dependsOnUnbatchedInputsAlone
    for value in graph.values where fusion.isStored[value.index] {
      isPreparing = dependsOnParameters[value.index]
      try lower(value)
    }
    keepPreparations()
    try joinRows(outputs: outputs, wanted: options.joinsRows)
  }

  private mutating func lower(_ value: Graph.Value) throws {
    if let group = fusion.groups[value] { return try lower(group) }
    let node = graph[value]
    if fusion.isConstant[value.index] { return try lowerConstant(value) }
    if fusion.compilesElementwise, node.operation.isElementwise { return try lowerMap(value) }
    if kernels == .gpu { return try lowerOnGPU(value) }
    switch node.operation {
    case .input: define(value, lasting: true)
    case .parameter, .fill: preconditionFailure("\(node.operation) needs no input")
    case .convolution, .linear: preconditionFailure("every convolution is in a group")
    case .attention(let attention): try lower(attention, value)
    case .normalize(let norm): try lower(norm, value)
    case .groupNormalize(let norm): try lower(norm, value)
    case .standardize(let epsilon): try lowerStandardization(value, epsilon: epsilon)
    case .unary(let function): try lower(function, value)
    case .binary(let function): try lower(function, value)
    case .combine(let factors): try lowerCombination(value, factors)
    case .concatenate: try lowerConcatenation(value)
    case .slice(let channels): try lowerSlice(value, channels)
    case .resample(let resampling): try lower(resampling, value)
    case .pool(let pooling): try lower(pooling, value)
    case .resize(let resizing): try lower(resizing, value)
    case .tokens: try lowerTokens(value)
    case .row(let index): lowerRow(value, index)
    case .reshape: try lowerReshape(value)
    case .gather(let rows): try lowerGather(value, rows)
    case .sum: try lowerSum(value)
    case .broadcast, .dropout: preconditionFailure("\(node.operation) is element-wise")
    case .transpose: try lowerTranspose(value)
    case .convolutionWeights, .linearWeights: try lowerWeightGradient(value)
    case .attentionGradient(let attention): try lowerGradient(of: attention, value)
    case .normalizeGradient(let norm): try lowerGradient(of: norm, value)
    }
  }
}

extension Lowering {
  /// Where a stored value lies.
  func view(_ value: Graph.Value) -> View {
    guard let view = views[value] else { preconditionFailure("\(graph[value]) is not stored") }
    return view
  }

  /// Memory for the rows of a value, and its view; `lasting` memory is shared with nothing.
  @discardableResult
  mutating func define(_ value: Graph.Value, lasting: Bool = false) -> View {
    let (shape, isHalf) = (graph.shape(value), isHalf(value))
    let memory = region(
      PaddedLayout.count(shape) * (shape.isBatched ? capacity : 1), isHalf: isHalf)
    if lasting { keep(memory) }
    let view = View(
      memory: memory, offset: 0, stride: PaddedLayout.channels(PaddedLayout.width(shape)),
      isHalf: isHalf)
    views[value] = view
    return view
  }

  /// A new region of floats.
  mutating func region(floats: Int) -> Memory { region(floats, isHalf: false) }

  /// A new region.
  mutating func region(_ count: Int, isHalf: Bool) -> Memory {
    regions.append(Region(size: count * (isHalf ? 2 : 4), life: launches.count...launches.count))
    return .region(regions.count - 1)
  }

  /// Keeps a region from the first launch to the last.
  mutating func keep(_ memory: Memory) {
    if case .region(let index) = memory { regions[index].life = 0...Int.max }
  }

  /// A value that depends on no input; in every image if it is batched.
  private mutating func lowerConstant(_ value: Graph.Value) throws {
    let (elements, shape) = (try weights.elements(of: value), graph.shape(value))
    let copies = shape.isBatched ? capacity : 1
    let (width, isHalf) = (PaddedLayout.width(shape), isHalf(value))
    let padded = PaddedLayout.padded((0..<copies).flatMap { _ in elements }, channels: width)
    views[value] = View(
      memory: isHalf ? try upload(HalfBits.encode(padded)) : try upload(padded), offset: 0,
      stride: PaddedLayout.channels(width), isHalf: isHalf)
  }

  /// Numbers on the device, as they are.
  mutating func upload<Element: BitwiseCopyable>(_ elements: [Element]) throws -> Memory {
    constants.append(try Buffer(elements, on: context))
    return .constant(constants.count - 1)
  }

  /// A place for packed weights, which ``prepareWeights(progress:)`` fills.
  mutating func addWeights(
    _ values: [Graph.Value], _ packing: Packing, _ layout: WeightLayout
  ) -> Memory {
    constants.append(nil)
    weightJobs.append(
      WeightJob(constant: constants.count - 1, values: values, packing: packing, layout: layout))
    return .constant(constants.count - 1)
  }

  /// At least `count` zeros.
  mutating func zeros(_ count: Int) throws -> Memory {
    if let zeros, zeros.count >= count { return zeros.memory }
    let size = max(count, 4096)
    let memory = try upload([Float](repeating: 0, count: size))
    zeros = (memory, size)
    return memory
  }

  /// Appends a launch and extends the lives of the regions that it touches.
  mutating func emit(
    _ name: String, of source: KernelSource, options: String = "", _ arguments: [PendingArgument],
    label: String = "", multiplyAdds: Int = 0, local: [Int]? = nil, step: RowStep? = nil,
    size: @escaping (Int) -> [Int]
  ) throws {
    append(
      PendingLaunch(
        name: name, program: try context.program(source, options: options),
        arguments: arguments, label: label, multiplyAdds: multiplyAdds, local: local, size: size,
        step: step))
  }

  /// Appends a launch of a kernel that is generated for this graph.
  mutating func emit(
    _ name: String, _ arguments: [PendingArgument], label: String, local: [Int]? = nil,
    step: RowStep? = nil,
    size: @escaping (Int) -> [Int]
  ) {
    append(
      PendingLaunch(
        name: name, program: nil, arguments: arguments, label: label, multiplyAdds: 0,
        local: local, size: size, step: step))
  }

  private mutating func append(_ launch: PendingLaunch) {
    for argument in launch.arguments {
      switch argument {
      case .read(.region(let index)), .write(.region(let index)):
        let life = regions[index].life
        regions[index].life = life.lowerBound...max(life.upperBound, launches.count)
      default: break
      }
    }
    launches.append(launch)
    launches[launches.count - 1].isPreparation = isPreparing
  }

  /// Keeps what depends on parameters alone from run to run, if it is not much: it is computed once
  /// for all parts of a batch.
  private mutating func keepPreparations() {
    let written = Set(
      launches.filter(\.isPreparation).flatMap(\.arguments).compactMap { argument in
        if case .write(.region(let index)) = argument { index } else { nil }
      })
    if written.reduce(0, { $0 + regions[$1].size }) <= preparationBudget {
      for index in written { keep(.region(index)) }
    } else {
      for index in launches.indices { launches[index].isPreparation = false }
    }
  }
}

extension Lowering.PendingArgument {
  static func int(_ value: Int) -> Self { .value(.int(value)) }
  static func float(_ value: Double) -> Self { .value(.float(value)) }
  static func perImage(_ factor: Int) -> Self { .value(.perImage(factor)) }
}
