import Dispatch
import Synchronization

/// Numbered values of which one is computed ahead: while value n is in use, a thread computes n + 1.
///
/// What it saves is the time in which cores would wait for each other: on a CPU device the values
/// and their use share the same cores.
final class Ahead<Value: Sendable> {
  /// One value that is being computed, or is there.
  private final class Job: Sendable {
    private let done = DispatchSemaphore(value: 0)
    private let result = Mutex<Result<Value, any Error>?>(nil)

    func finish(_ value: Result<Value, any Error>) {
      result.withLock { $0 = value }
      done.signal()
    }

    /// Waits; to be called once.
    func value() throws -> Value {
      done.wait()
      guard let result = result.withLock({ $0 }) else { preconditionFailure("nothing computed") }
      return try result.get()
    }
  }

  private let queue = DispatchQueue(label: "ahead", qos: .userInitiated)
  private let make: @Sendable (Int) throws -> Value
  private var next: (number: Int, job: Job)?

  /// Values of `make`, which is called by one thread at a time.
  init(_ make: @escaping @Sendable (Int) throws -> Value) { self.make = make }

  /// Waits for a value, and begins the next one.
  ///
  /// - Parameter number: which; any, but the one after the last is the fast one.
  /// - Returns: `make(number)`.
  /// - Throws: what `make` throws.
  func value(_ number: Int) throws -> Value {
    let job = if let next, next.number == number { next.job } else { begin(number) }
    next = nil
    let value = try job.value()
    next = (number + 1, begin(number + 1))
    return value
  }

  private func begin(_ number: Int) -> Job {
    let job = Job()
    queue.async { [make] in job.finish(Result { try make(number) }) }
    return job
  }
}
