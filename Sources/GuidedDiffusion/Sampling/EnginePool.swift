/// The engines of a sampler, one for each place where batches are computed; whoever has a batch
/// takes one that is free.
actor EnginePool {
  /// Number of engines.
  nonisolated let width: Int

  private var free: [any BatchEngine]
  private var waiting: [CheckedContinuation<any BatchEngine, Never>] = []

  init(_ engines: [any BatchEngine]) {
    width = engines.count
    free = engines
  }

  /// Computes a batch on the next free engine.
  func images(_ request: BatchRequest) async throws -> [SampledImage] {
    let engine = await take()
    defer { giveBack(engine) }
    return try await engine.images(request)
  }

  /// A free engine; waits for one in the order of asking.
  private func take() async -> any BatchEngine {
    if !free.isEmpty { return free.removeFirst() }
    return await withCheckedContinuation { waiting.append($0) }
  }

  private func giveBack(_ engine: any BatchEngine) {
    guard !waiting.isEmpty else { return free.append(engine) }
    waiting.removeFirst().resume(returning: engine)
  }
}
