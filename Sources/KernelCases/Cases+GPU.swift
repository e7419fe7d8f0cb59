import GuidedDiffusion

extension KernelCase {
  /// The cases that networks are made of, on the kernels for GPUs, in both precisions.
  public static let allOnGPU: [KernelCase] = {
    let convolutional =
      convolutions + otherConvolutions + prologues + concatenations + linears
      + biasedConvolutions + launches + autoencoders
    let others =
      epilogues + unaries + binaries + channels + resamplings + attentions + images + transformers
    // All algorithms are one there.
    let cases = convolutional.filter { $0.table == .forced(.direct) } + others
    return cases.flatMap { item in
      Precision.allCases.map { KernelCase(item, onGPU: $0) }
    }
  }()

  /// Those for the simulator, which needs seconds for a tile with work-groups: every kernel at the
  /// edges of its tile, in halves; convolutions have cases of their own.
  public static let simulatedOnGPU: [KernelCase] = {
    let cases =
      channels + resamplings + attentions + images + transformers + launches + autoencoders
    return cases.filter { $0.graph.nodes.allSatisfy(isSmall) }
      .map { KernelCase($0, onGPU: .half) }
  }()

  private static func isSmall(_ node: Graph.Node) -> Bool {
    switch node.operation {
    case .convolution, .linear: false
    default: node.shape.count <= 6000
    }
  }
}
