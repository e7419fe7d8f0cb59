import Foundation
import GuidedDiffusion
import MPIRanks

/// A run that several processes share, each with a file of its own; the last one joins them.
///
/// What a process that ended left, also one of another number of processes, is not drawn again.
struct SharedRun {
  /// The whole run.
  let run: EvaluationRun

  /// This process.
  let rank: Rank

  var files: RankFiles { RankFiles(path: run.path) }

  /// The job that mpirun started, in a program built with MPI.
  private var job: MPIJob? {
    rank.origin == Rank.mpirun ? MPIJob.start(ProcessInfo.processInfo.environment) : nil
  }

  /// Draws this process's part into its file.
  ///
  /// - Throws: as ``EvaluationRun/statistics(isQuiet:)``.
  func draw(isQuiet: Bool) async throws {
    if !isQuiet { Console.complain("\(rank.description): \(files.path(of: rank))") }
    if let job { return try await draw(job, isQuiet: isQuiet) }
    var own = try own()
    own.seeds = rank.shard.part(of: run.seeds)
    _ = try await own.statistics(isQuiet: isQuiet)
  }

  /// The run into this process's file, less what other files hold.
  // Inlined into asynchronous functions, typed errors crash the optimiser of Swift 6.3.
  @inline(never)
  func own() throws -> EvaluationRun {
    var own = run
    own.path = files.path(of: rank)
    own.elsewhere = try files.seeds(run.empty(), otherThan: own.path)
    return own
  }

  /// Joins the parts, if all processes are done.
  ///
  /// - Returns: the statistics of all seeds; nil if some are missing, which a line says.
  @inline(never)
  func merge(isQuiet: Bool) throws -> ImageStatistics? {
    if let job { return try merge(job) }
    let whole = try files.merge(run.seeds, run.empty())
    if whole == nil && !isQuiet {
      Console.complain(
        "\(rank.description) is done, others are not: the last one joins the parts into \(run.path)"
      )
    }
    return whole
  }
}
