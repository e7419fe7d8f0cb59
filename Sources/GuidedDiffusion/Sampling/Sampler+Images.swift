extension Sampler {
  /// The images of a run.
  public struct Images: AsyncSequence, Sendable {
    let sampler: Sampler
    let seeds: [Int]
    let classIndex: Int?
    let progress: (@Sendable (SamplingProgress) -> Void)?

    /// Starts the run.
    public func makeAsyncIterator() -> Iterator { Iterator(self) }

    /// A run under way.
    public struct Iterator: AsyncIteratorProtocol {
      private let run: Images
      private let batches: BatchesUnderWay
      private var isChecked = false
      private var ready: ArraySlice<SampledImage> = []

      init(_ run: Images) {
        self.run = run
        batches = BatchesUnderWay(run.requests, on: run.sampler.engines)
      }

      /// The next image, or nil after the last.
      public mutating func next() async throws -> SampledImage? {
        if let image = ready.popFirst() { return image }
        if !isChecked { try run.sampler.validate(classIndex: run.classIndex) }
        isChecked = true
        ready = try await batches.next()?[...] ?? []
        return ready.popFirst()
      }
    }

    /// The batches in order.
    private var requests: [BatchRequest] {
      let size = sampler.batch(of: seeds.count)
      let shared = progress.map {
        SharedProgress(total: seeds.count, steps: sampler.settings.steps, report: $0)
      }
      return stride(from: 0, to: seeds.count, by: size).map { start in
        BatchRequest(
          seeds: Array(seeds.dropFirst(start).prefix(size)), classIndex: classIndex,
          number: start / size, progress: shared)
      }
    }
  }

  /// Images of a batch if there are `count` in all: several devices get equal numbers of equal
  /// batches, as far as possible.
  private func batch(of count: Int) -> Int {
    guard engines.width > 1, count > 0 else { return batch }
    let rounds = (count + engines.width * batch - 1) / (engines.width * batch)
    let batches = engines.width * rounds
    return (count + batches - 1) / batches
  }
}
