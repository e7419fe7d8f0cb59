#if MPI
  import COpenMPI
  import Foundation
  import Synchronization

  extension MPIJob {
    /// Shares out items among all processes, each as many as it asks for: large shares first, single
    /// items at the end.
    ///
    /// - Parameter items: their number, the same in all processes.
    /// - Returns: where this process gets its shares.
    public func shares(of items: Int) -> Shares { Shares(self, items) }

    /// Items that are shared out.
    ///
    /// The first process has a thread that answers the others while it works itself; that thread alone
    /// calls MPI then.
    public final class Shares: Sendable {
      private let job: MPIJob
      private let items: Int
      private let taken = Mutex(0)
      private let isDone = Mutex(false)

      init(_ job: MPIJob, _ items: Int) {
        (self.job, self.items) = (job, items)
        if job.rank == 0 { Thread.detachNewThread { [self] in serve() } }
      }

      /// The next share; empty if nothing is left.
      public func next() -> Range<Int> {
        if job.rank == 0 { return take() }
        var request: UInt8 = 0
        var ends: (Int64, Int64) = (0, 0)
        check(unsafe autoguide_mpi_send(&request, 1, 0, Tag.request))
        check(unsafe autoguide_mpi_receive(&ends, 16, 0, Tag.share))
        return Int(ends.0)..<Int(ends.1)
      }

      /// Waits until all processes know that nothing is left.
      public func finish() {
        while job.rank == 0 && !isDone.withLock({ $0 }) { usleep(2000) }
      }

      private func take() -> Range<Int> {
        taken.withLock { taken in
          let rest = items - taken
          let share = rest == 0 ? 0 : max(1, rest / (3 * job.count))
          defer { taken += share }
          return taken..<taken + share
        }
      }

      /// Answers the other processes until each knows that nothing is left.
      private func serve() {
        var working = job.count - 1
        while working > 0 {
          guard let rank = MPIJob.waiting(-1, Tag.request) else {
            usleep(2000)
            continue
          }
          var request: UInt8 = 0
          check(unsafe autoguide_mpi_receive(&request, 1, rank, Tag.request))
          let share = take()
          if share.isEmpty { working -= 1 }
          var ends = (Int64(share.lowerBound), Int64(share.upperBound))
          check(unsafe autoguide_mpi_send(&ends, 16, rank, Tag.share))
        }
        isDone.withLock { $0 = true }
      }

      private func check(_ succeeded: CInt) { MPIJob.check(succeeded) }
    }
  }
#endif
