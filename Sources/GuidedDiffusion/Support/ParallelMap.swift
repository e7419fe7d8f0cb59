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

/// An array whose parts are computed on all cores.
///
/// - Parameters:
///   - count: number of elements.
///   - parts: number of parts.
///   - range: elements of a part; those of all parts are all elements, each once.
///   - body: fills every element of its part.
/// - Returns: the array.
func parallelFill<Element: BitwiseCopyable>(
  _ count: Int, parts: Int, range: @Sendable (Int) -> Range<Int>,
  _ body: @Sendable (Int, inout MutableSpan<Element>) -> Void
) -> [Element] {
  unsafe [Element](unsafeUninitializedCapacity: count) { results, filled in
    nonisolated(unsafe) let results = unsafe results  // parts do not overlap
    @Sendable func fill(_ index: Int) {
      let part = unsafe UnsafeMutableBufferPointer(rebasing: results[range(index)])
      var span = unsafe part.mutableSpan
      body(index, &span)
    }
    if parts == 1 {
      fill(0)
    } else {
      DispatchQueue.concurrentPerform(iterations: parts, execute: fill)
    }
    filled = count
  }
}
