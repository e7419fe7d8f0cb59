import Dispatch

/// `body` of 0..<count in order, computed on all cores.
///
/// - Parameters:
///   - count: number of results.
///   - block: how many of them one thread computes at a time.
///   - body: depends on its argument alone.
/// - Returns: the results.
func parallelMap<Result: Sendable & BitwiseCopyable>(
  _ count: Int, block: Int, _ body: @Sendable (Int) -> Result
) -> [Result] {
  unsafe [Result](unsafeUninitializedCapacity: count) { results, filled in
    nonisolated(unsafe) let results = unsafe results  // blocks do not overlap
    DispatchQueue.concurrentPerform(iterations: (count + block - 1) / block) { index in
      for i in index * block..<min((index + 1) * block, count) {
        unsafe results.initializeElement(at: i, to: body(i))
      }
    }
    filled = count
  }
}
