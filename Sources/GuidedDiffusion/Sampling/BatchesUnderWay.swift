import Synchronization

/// The batches of one run: several engines compute ahead, results come in the order of the seeds.
final class BatchesUnderWay: Sendable {
  private let pool: EnginePool
  private let requests: [BatchRequest]
  private let state = Mutex(State())

  private struct State {
    /// Batches that were started and not yet handed out, in order.
    var tasks: ArraySlice<Task<[SampledImage], any Error>> = []
    var started = 0
  }

  /// Batches to compute; none is started yet.
  init(_ requests: [BatchRequest], on pool: EnginePool) {
    self.requests = requests
    self.pool = pool
  }

  deinit { cancel() }

  /// Batches under way at once: one engine computes what is asked for; several have one batch each
  /// and one in store, so that they need not wait while results are taken.
  private var depth: Int { pool.width == 1 ? 1 : 2 * pool.width }

  /// The images of the next batch, or nil after the last.
  ///
  /// - Throws: what the batch threw, when no other is under way any more.
  func next() async throws -> [SampledImage]? {
    guard let task = start() else { return nil }
    let result = await withTaskCancellationHandler {
      await task.result
    } onCancel: {
      cancel()
    }
    state.withLock { _ = $0.tasks.popFirst() }
    if case .failure = result { await end() }
    return try result.get()
  }

  /// Starts what may be under way.
  ///
  /// - Returns: the first of it.
  private func start() -> Task<[SampledImage], any Error>? {
    state.withLock { state in
      while state.tasks.count < depth, state.started < requests.count {
        let (pool, request) = (pool, requests[state.started])
        state.tasks.append(Task { try await pool.images(request) })
        state.started += 1
      }
      return state.tasks.first
    }
  }

  /// Stops all batches between two steps; no other is started.
  private func cancel() {
    let tasks = state.withLock { state in
      state.started = requests.count
      return state.tasks
    }
    for task in tasks { task.cancel() }
  }

  /// Stops all batches and waits for their ends.
  private func end() async {
    cancel()
    let tasks = state.withLock { state in
      defer { state.tasks = [] }
      return state.tasks
    }
    for task in tasks { _ = await task.result }
  }
}
