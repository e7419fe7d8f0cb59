extension TrainingGraph {
  /// The same training within a budget of memory: segments of the forward pass are recomputed in
  /// the backward pass, the largest first, no more than must be. The numbers stay the same bits.
  ///
  /// - Parameters:
  ///   - budget: bytes.
  ///   - bytes: the memory that a backend takes for a graph.
  /// - Returns: this training, if it fits.
  /// - Throws: ``SettingsError`` if the budget is too small even if all are recomputed, or what
  ///   `bytes` throws.
  func fitting(_ budget: Int, bytes: (Graph) throws -> Int) throws -> TrainingGraph {
    let boundaries = graph.names.values.filter { graph.shape($0).dimensions.count == 3 }
    let segments = graph.segments(between: boundaries, forward: forward)
      .enumerated().sorted { (-$0.element.elements, $0.offset) < (-$1.element.elements, $1.offset) }
      .map(\.element)
    func recomputing(_ count: Int) -> Graph {
      count == 0 ? graph : graph.recomputing(Array(segments.prefix(count)), forward: forward)
    }
    if try bytes(graph) <= budget { return self }
    var (tooFew, enough) = (0, segments.count)
    let least = try bytes(recomputing(enough))
    guard least <= budget else {
      let (needed, given) = (megabytes(least), megabytes(budget))
      throw SettingsError(
        "this training takes at least \(needed) MB of activations, not \(given) MB: "
          + "give it more memory or train fewer images at once")
    }
    while enough - tooFew > 1 {
      let middle = (tooFew + enough) / 2
      if try bytes(recomputing(middle)) <= budget { enough = middle } else { tooFew = middle }
    }
    return TrainingGraph(
      graph: recomputing(enough), parameters: parameters, constants: constants, forward: forward)
  }

  private func megabytes(_ bytes: Int) -> Int { (bytes + 999_999) / 1_000_000 }
}
