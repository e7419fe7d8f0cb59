import Dispatch
import Foundation
import Synchronization

/// SIGINT and SIGTERM: the first asks the command to stop where its work can be resumed, a second
/// ends the process at once.
final class Interruption: Sendable {
  private let signal = Mutex<Int32?>(nil)
  private let queue = DispatchQueue(label: "signals")

  /// 130 after SIGINT, 143 after SIGTERM, nil if there was none.
  var exitCode: Int32? { signal.withLock { $0 }.map { 128 + $0 } }

  /// Calls `stop` at the first signal, on a queue of its own.
  ///
  /// - Parameter stop: called once at most.
  /// - Returns: what watches, as long as it is kept.
  func watch(stop: @escaping @Sendable () -> Void) -> [any DispatchSourceSignal] {
    // A file beyond the limit of its size is an error of the call that writes it.
    _ = Foundation.signal(SIGXFSZ, SIG_IGN)
    return [SIGINT, SIGTERM].map { number in
      _ = Foundation.signal(number, SIG_IGN)  // the source reports it instead
      let source = DispatchSource.makeSignalSource(signal: number, queue: queue)
      source.setEventHandler { [self] in
        let first = signal.withLock { first in
          defer { first = first ?? number }
          return first
        }
        if let first { _exit(128 + first) }
        Console.complain("stopping; once more ends at once")
        stop()
      }
      source.resume()
      return source
    }
  }
}
