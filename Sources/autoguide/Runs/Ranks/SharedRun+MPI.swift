import Foundation
import GuidedDiffusion
import MPIRanks

/// Under mpirun the processes share out blocks as they come to them, and join their statistics by
/// messages; the files serve those that start again.
extension SharedRun {
  /// Draws shares until nothing is left.
  func draw(_ job: MPIJob, isQuiet: Bool) async throws {
    var own = try own()
    let blocks = try missing(job, own)
    own.elsewhere = []
    let shares = job.shares(of: blocks.count)
    while true {
      let share = shares.next()
      if share.isEmpty { break }
      own.seeds = Array(blocks[share])
      _ = try await own.statistics(isQuiet: isQuiet)
    }
    shares.finish()
  }

  /// The blocks that no process has, the same in all of them: also where they see different files.
  @inline(never)
  private func missing(_ job: MPIJob, _ own: EvaluationRun) throws -> [Range<Int>] {
    let held = own.elsewhere + (try own.earlier().numbers)
    guard job.rank == 0 else {
      job.send(try Self.encode(held), to: 0)
      return try Self.decode(job.receive(from: 0))
    }
    var everything = held
    for rank in 1..<job.count { everything += try Self.decode(job.receive(from: rank)) }
    let blocks = run.seeds.flatMap(FeatureStatistics.blocks).filter { block in
      !everything.contains {
        $0.lowerBound <= block.lowerBound && block.upperBound <= $0.upperBound
      }
    }
    for rank in 1..<job.count { job.send(try Self.encode(blocks), to: rank) }
    return blocks
  }

  /// Joins the statistics of all processes by pairs.
  ///
  /// - Returns: the whole in the first process, nil in the others.
  @inline(never)
  func merge(_ job: MPIJob) throws -> ImageStatistics? {
    let path = files.path(of: rank)
    var held = isRegularFile(path) ? try ImageStatistics(path) : nil
    var step = 1
    while step < job.count {
      if job.rank % (2 * step) == step {
        job.send(try held.map { try bytes($0, beside: path) } ?? [], to: job.rank - step)
        break
      }
      if job.rank + step < job.count {
        let bytes = job.receive(from: job.rank + step)
        let other = bytes.isEmpty ? nil : try statistics(bytes, beside: path)
        held = try held.map { try $0.joined(with: other) } ?? other
      }
      step *= 2
    }
    let whole = job.rank == 0 ? try files.merge(run.seeds, run.empty(), with: held) : nil
    // Only when the whole is in its file, the parts may go.
    job.meet()
    if isRegularFile(path) { try? FileManager.default.removeItem(atPath: path) }
    return whole
  }

  private func bytes(_ statistics: ImageStatistics, beside path: String) throws -> [UInt8] {
    defer { try? FileManager.default.removeItem(atPath: "\(path).message") }
    try statistics.write(to: "\(path).message")
    return try readFile("\(path).message")
  }

  private func statistics(_ bytes: [UInt8], beside path: String) throws -> ImageStatistics {
    defer { try? FileManager.default.removeItem(atPath: "\(path).message") }
    try AtomicFile.write(bytes, to: "\(path).message")
    return try ImageStatistics("\(path).message")
  }

  private static func encode(_ ranges: [Range<Int>]) throws -> [UInt8] {
    Array(try JSONEncoder().encode(ranges))
  }

  private static func decode(_ bytes: [UInt8]) throws -> [Range<Int>] {
    try JSONDecoder().decode([Range<Int>].self, from: Data(bytes))
  }
}

extension ImageStatistics {
  /// These and other statistics together.
  fileprivate func joined(with other: ImageStatistics?) throws -> ImageStatistics {
    var joined = self
    if let other { try joined.merge(other) }
    return joined
  }
}
