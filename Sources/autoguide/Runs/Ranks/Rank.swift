import Foundation
import GuidedDiffusion

/// One of several processes that share a run.
struct Rank: Hashable {
  /// Its number, the first being 0.
  let index: Int

  /// Number of processes.
  let count: Int

  /// Who says so, for people.
  let origin: String

  /// ``origin`` under mpirun.
  static let mpirun = "mpirun"

  /// This process as mpirun, torchrun or Slurm describe it; nil if it is alone.
  ///
  /// - Parameter environment: Open MPI's and MPICH's variables count before torchrun's, and those
  ///   before Slurm's, of which tasks of a step and jobs of an array multiply.
  /// - Returns: rank and number of processes.
  /// - Throws: ``SettingsError`` if a variable is no number, or out of range.
  static func current(
    _ environment: [String: String] = ProcessInfo.processInfo.environment
  ) throws(SettingsError) -> Rank? {
    let variables = Variables(environment)
    for (origin, index, count) in [
      (Self.mpirun, "OMPI_COMM_WORLD_RANK", "OMPI_COMM_WORLD_SIZE"),
      (Self.mpirun, "PMI_RANK", "PMI_SIZE"),
      ("torchrun", "RANK", "WORLD_SIZE"),
    ] {
      if let place = try variables.place(index, of: count) {
        return Rank(place, origin)
      }
    }
    let steps = environment["SLURM_STEP_NUM_TASKS"] == nil ? "SLURM_NTASKS" : "SLURM_STEP_NUM_TASKS"
    let task = try variables.place("SLURM_PROCID", of: steps) ?? (0, 1)
    let job = try variables.arrayPlace() ?? (0, 1)
    return Rank((job.index * task.count + task.index, job.count * task.count), "Slurm")
  }

  /// The number of this process among those on its machine; 0 if nobody says.
  static func local(
    _ environment: [String: String] = ProcessInfo.processInfo.environment
  ) -> Int {
    let names = [
      "OMPI_COMM_WORLD_LOCAL_RANK", "MPI_LOCALRANKID", "LOCAL_RANK", "SLURM_LOCALID",
    ]
    return names.lazy.compactMap { environment[$0].flatMap(Int.init) }.first { $0 >= 0 } ?? 0
  }

  /// A place among more than one.
  private init?(_ place: (index: Int, count: Int), _ origin: String) {
    guard place.count > 1 else { return nil }
    (index, count, self.origin) = (place.index, place.count, origin)
  }

  /// A part that the user asked for; a single one, too.
  init(_ shard: Shard) { (index, count, origin) = (shard.index, shard.count, "--shard") }

  /// The part of a run that it begins with.
  var shard: Shard { Shard(index, of: count) }

  /// For example `rank 3 of 8 (Slurm)`.
  var description: String { "rank \(index) of \(count) (\(origin))" }
}

/// Environment variables with whole numbers.
private struct Variables {
  private let environment: [String: String]

  init(_ environment: [String: String]) { self.environment = environment }

  /// A number; nil if the variable is not set.
  private func number(_ name: String) throws(SettingsError) -> Int? {
    guard let text = environment[name], !text.isEmpty else { return nil }
    guard let number = Int(text), number >= 0 else {
      throw SettingsError(
        "the environment's \(name) is '\(text)': no number; --shard i/n overrides it")
    }
    return number
  }

  /// An index below a count, if both are set.
  func place(
    _ index: String, of count: String
  ) throws(SettingsError) -> (index: Int, count: Int)? {
    guard let i = try number(index), let n = try number(count) else { return nil }
    guard i < n else {
      throw SettingsError(
        "the environment's \(index) is \(i), \(count) is \(n); --shard i/n overrides them")
    }
    return (i, n)
  }

  /// The place of a job in its Slurm array.
  func arrayPlace() throws(SettingsError) -> (index: Int, count: Int)? {
    guard let id = try number("SLURM_ARRAY_TASK_ID") else { return nil }
    let first = try number("SLURM_ARRAY_TASK_MIN") ?? 0
    let step = max(1, try number("SLURM_ARRAY_TASK_STEP") ?? 1)
    let counted = try number("SLURM_ARRAY_TASK_COUNT")
    let last = try number("SLURM_ARRAY_TASK_MAX")
    let count = last.map { ($0 - first) / step + 1 } ?? counted ?? 0
    guard count == counted ?? count, first <= id, (id - first) % step == 0,
      (id - first) / step < count
    else {
      throw SettingsError(
        "the indices of the Slurm array are not evenly spaced: say which part this is by --shard i/n"
      )
    }
    return ((id - first) / step, count)
  }
}
