#if MPI
  import COpenMPI
  import Foundation
  import Synchronization

  /// The processes that mpirun started, of which this is one.
  public final class MPIJob: Sendable {
    /// This process's number.
    public let rank: Int

    /// Number of processes.
    public let count: Int

    private static let job = Mutex<MPIJob?>(nil)

    /// Starts MPI, once; nil if this process is alone.
    ///
    /// - Parameter environment: tells whether mpirun started this process.
    /// - Returns: the job.
    public static func start(_ environment: [String: String]) -> MPIJob? {
      guard let size = environment["OMPI_COMM_WORLD_SIZE"].flatMap({ Int($0) }), size > 1 else {
        return nil
      }
      return job.withLock { job in
        if let job { return job }
        let started = MPIJob()
        job = started
        return started
      }
    }

    private init() {
      var (rank, count): (CInt, CInt) = (0, 1)
      Self.check(unsafe autoguide_mpi_start(&rank, &count))
      (self.rank, self.count) = (Int(rank), Int(count))
    }

    /// Ends MPI, when all processes do.
    public static func end() {
      job.withLock { job in
        if job != nil { check(autoguide_mpi_end()) }
        job = nil
      }
    }

    /// Waits until all processes have come here.
    public func meet() { Self.check(autoguide_mpi_barrier()) }

    /// Sends bytes to another process.
    public func send(_ bytes: [UInt8], to rank: Int) {
      var size = Int64(bytes.count)
      Self.check(unsafe autoguide_mpi_send(&size, 8, CInt(rank), Tag.bytes))
      for start in stride(from: 0, to: bytes.count, by: Self.piece) {
        let piece = bytes[start..<min(start + Self.piece, bytes.count)]
        unsafe piece.withUnsafeBytes {
          Self.check(
            unsafe autoguide_mpi_send($0.baseAddress, CInt($0.count), CInt(rank), Tag.bytes))
        }
      }
    }

    /// Bytes that another process sends.
    public func receive(from rank: Int) -> [UInt8] {
      wait(for: CInt(rank), Tag.bytes)
      var size: Int64 = 0
      Self.check(unsafe autoguide_mpi_receive(&size, 8, CInt(rank), Tag.bytes))
      var bytes = [UInt8](repeating: 0, count: Int(size))
      for start in stride(from: 0, to: bytes.count, by: Self.piece) {
        let count = min(Self.piece, bytes.count - start)
        unsafe bytes.withUnsafeMutableBytes {
          Self.check(
            unsafe autoguide_mpi_receive(
              $0.baseAddress.map { unsafe $0 + start }, CInt(count), CInt(rank), Tag.bytes))
        }
      }
      return bytes
    }

    /// Most bytes in one message.
    private static let piece = 1 << 30

    enum Tag {
      static let bytes: CInt = 1
      static let request: CInt = 2
      static let share: CInt = 3
    }

    /// Waits without using a core, as MPI itself would.
    private func wait(for rank: CInt, _ tag: CInt) {
      while Self.waiting(rank, tag) == nil { usleep(2000) }
    }

    /// Who has sent a message of this kind; from anybody if `rank` is negative.
    static func waiting(_ rank: CInt, _ tag: CInt) -> CInt? {
      var (source, waits) = (rank, CInt(0))
      check(unsafe autoguide_mpi_probe(&source, tag, &waits))
      return waits != 0 ? source : nil
    }

    /// MPI ends the whole job when something fails; this is for what it only reports.
    static func check(_ succeeded: CInt) {
      if succeeded == 0 { fatalError("MPI failed") }
    }
  }
#else
  /// The processes that mpirun started; never any, for this package was built without MPI
  /// (`swift build --traits MPI`).
  public struct MPIJob: Sendable {
    /// This process's number.
    public let rank = 0

    /// Number of processes.
    public let count = 1

    private init() {}

    /// Always nil.
    public static func start(_ environment: [String: String]) -> MPIJob? { nil }

    /// Nothing.
    public static func end() {}

    /// Nothing.
    public func meet() {}

    /// Nothing.
    public func send(_ bytes: [UInt8], to rank: Int) {}

    /// Nothing.
    public func receive(from rank: Int) -> [UInt8] { [] }

    /// None.
    public func shares(of items: Int) -> Shares { Shares() }

    /// No share.
    public struct Shares: Sendable {
      /// Nothing is left.
      public func next() -> Range<Int> { 0..<0 }

      /// Nothing.
      public func finish() {}
    }
  }
#endif
