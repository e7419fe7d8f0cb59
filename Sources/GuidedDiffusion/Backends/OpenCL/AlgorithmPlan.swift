/// The algorithm of each convolution of one graph, chosen before anything is compiled.
///
/// The table decides; where the packed weights of a network would take more memory than they may,
/// the largest go to algorithms with smaller ones, m = 6 to 4 to 2 to direct, until they fit.
struct AlgorithmPlan {
  private var choices: [Graph.Value: Choice] = [:]

  /// What is known of one convolution.
  private struct Choice {
    let packing: Packing
    var algorithm: ConvolutionAlgorithm

    /// Bytes of the packed weights.
    var bytes: Int { packing.count(algorithm) * 4 }
  }

  /// - Parameters:
  ///   - graph: a network.
  ///   - fusion: of the same graph.
  ///   - table: rules by shape.
  ///   - budget: bytes for packed weights.
  init(_ graph: Graph, _ fusion: Fusion, table: AlgorithmTable, budget: Int) {
    for group in fusion.groups.values {
      let shape = ConvolutionShape(graph[group.convolution], in: graph)
      choices[group.convolution] = Choice(
        packing: Packing(group, shape, in: graph), algorithm: table.algorithm(shape))
    }
    var total = choices.values.map(\.bytes).reduce(0, +)
    while total > budget {
      let largest = choices.filter { $0.value.algorithm.smaller != nil }
        .max { ($0.value.bytes, -$0.key.index) < ($1.value.bytes, -$1.key.index) }
      guard let (node, choice) = largest, let smaller = choice.algorithm.smaller else { return }
      choices[node]?.algorithm = smaller
      total += (choices[node]?.bytes ?? 0) - choice.bytes
      isRestricted = true
    }
  }

  /// Whether the budget changed what the table chose.
  private(set) var isRestricted = false

  /// Bytes of all packed weights.
  var bytes: Int { choices.values.map(\.bytes).reduce(0, +) }

  /// Bytes of all packed weights if every convolution were direct.
  var leastBytes: Int { choices.values.map { $0.packing.count(.direct) * 4 }.reduce(0, +) }

  /// The algorithm of a convolution.
  subscript(convolution: Graph.Value) -> ConvolutionAlgorithm {
    choices[convolution]?.algorithm ?? .direct
  }

  /// All choices in the order of the graph, for digests.
  var text: String {
    choices.sorted { $0.key.index < $1.key.index }.map(\.value.algorithm.name)
      .joined(separator: " ")
  }
}

extension AlgorithmPlan {
  /// The plan of a graph for some of its named values.
  init(_ graph: Graph, outputs: [String], _ options: OpenCLOptions) {
    let fusion = Fusion(graph, outputs: outputs.compactMap { graph.names[$0] })
    self.init(graph, fusion, table: options.table, budget: options.weightBudget)
  }

  /// Options for each of several networks that share the memory for weights, in proportion to
  /// the sizes of their weights.
  static func shares(
    of networks: [PreconditionedNetwork], _ options: OpenCLOptions
  ) -> [OpenCLOptions] {
    var unlimited = options
    unlimited.weightBudget = .max
    let sizes = networks.map {
      Double(AlgorithmPlan($0.graph, outputs: ["raw"], unlimited).leastBytes)
    }
    let total = sizes.reduce(0, +)
    return sizes.enumerated().map { index, size in
      var share = options
      share.weightBudget = Int(Double(options.weightBudget) * size / max(total, 1))
      guard let progress = options.progress else { return share }
      let before = sizes[..<index].reduce(0, +)
      share.progress = { progress((before + $0 * size) / total) }
      return share
    }
  }
}

extension ConvolutionAlgorithm {
  /// The algorithm with the next smaller weights.
  fileprivate var smaller: ConvolutionAlgorithm? {
    switch self {
    case .direct: nil
    case .winograd(let m): m > 2 ? .winograd(m - 2) : .direct
    }
  }
}
