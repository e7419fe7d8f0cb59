import GuidedDiffusion

/// A run that several processes share, each with a file of its own; the last one joins them.
///
/// What a process that ended left, also one of another number of processes, is not drawn again.
struct SharedRun {
  /// The whole run.
  let run: EvaluationRun

  /// This process.
  let rank: Rank

  private var files: RankFiles { RankFiles(path: run.path) }

  /// Draws this process's part into its file.
  ///
  /// - Throws: as ``EvaluationRun/statistics(isQuiet:)``.
  func draw(isQuiet: Bool) async throws {
    let own = try own()
    if !isQuiet { Console.complain("\(rank.description): \(own.path)") }
    _ = try await own.statistics(isQuiet: isQuiet)
  }

  // Inlined into asynchronous functions, typed errors crash the optimiser of Swift 6.3.
  @inline(never)
  private func own() throws -> EvaluationRun {
    var own = run
    own.path = files.path(of: rank)
    own.seeds = rank.shard.part(of: run.seeds)
    own.elsewhere = try files.seeds(run.source(), otherThan: own.path)
    return own
  }

  /// Joins the parts, if all processes are done.
  ///
  /// - Returns: the statistics of all seeds; nil if some are missing, which a line says.
  @inline(never)
  func merge(isQuiet: Bool) throws -> FeatureStatistics? {
    let whole = try files.merge(run.seeds, run.source())
    if whole == nil && !isQuiet {
      Console.complain(
        "\(rank.description) is done, others are not: the last one joins the parts into \(run.path)"
      )
    }
    return whole
  }
}
