import Foundation
import GuidedDiffusion
import Testing

@testable import autoguide

@Suite struct RankTests {
  private func rank(_ environment: [String: String]) throws -> [Int] {
    let rank = try Rank.current(environment)
    return rank.map { [$0.index, $0.count] } ?? []
  }

  @Test func launchersAreRead() throws {
    #expect(try rank([:]) == [])
    #expect(try rank(["OMPI_COMM_WORLD_RANK": "2", "OMPI_COMM_WORLD_SIZE": "4"]) == [2, 4])
    #expect(try rank(["PMI_RANK": "0", "PMI_SIZE": "3"]) == [0, 3])
    #expect(try rank(["RANK": "7", "WORLD_SIZE": "8"]) == [7, 8])
    #expect(try rank(["SLURM_PROCID": "1", "SLURM_NTASKS": "2"]) == [1, 2])
    #expect(try rank(["SLURM_PROCID": "0", "SLURM_NTASKS": "1"]) == [])
    // A step of fewer tasks than the job.
    #expect(
      try rank(["SLURM_PROCID": "1", "SLURM_NTASKS": "8", "SLURM_STEP_NUM_TASKS": "2"]) == [1, 2])
    // The nearest launcher counts.
    #expect(
      try rank(["SLURM_PROCID": "0", "SLURM_NTASKS": "2", "RANK": "3", "WORLD_SIZE": "4"])
        == [3, 4])
  }

  @Test func slurmArraysAreRead() throws {
    func array(_ id: Int, _ bounds: [String: String]) throws -> [Int] {
      let named = Dictionary(
        uniqueKeysWithValues: bounds.map { ("SLURM_ARRAY_TASK_\($0)", $1) })
      return try rank(named.merging(["SLURM_ARRAY_TASK_ID": "\(id)"]) { $1 })
    }
    let bounds = ["MIN": "1", "MAX": "7", "STEP": "2", "COUNT": "4"]
    #expect(try array(5, bounds) == [2, 4])
    #expect(try array(3, ["MIN": "0", "MAX": "3", "COUNT": "4"]) == [3, 4])
    #expect(throws: SettingsError.self) { try array(3, ["MIN": "0", "MAX": "9", "COUNT": "4"]) }
    let both = [
      "SLURM_ARRAY_TASK_ID": "1", "SLURM_ARRAY_TASK_MIN": "0", "SLURM_ARRAY_TASK_MAX": "2",
      "SLURM_PROCID": "1", "SLURM_NTASKS": "2",
    ]
    #expect(try rank(both) == [3, 6])
  }

  @Test func nonsenseIsRefused() {
    #expect(throws: SettingsError.self) { try rank(["RANK": "x", "WORLD_SIZE": "2"]) }
    #expect(throws: SettingsError.self) { try rank(["RANK": "2", "WORLD_SIZE": "2"]) }
    #expect(throws: SettingsError.self) { try rank(["RANK": "-1", "WORLD_SIZE": "2"]) }
  }

  @Test func theNumberOnTheMachineIsRead() {
    #expect(Rank.local([:]) == 0)
    #expect(Rank.local(["OMPI_COMM_WORLD_LOCAL_RANK": "3", "SLURM_LOCALID": "1"]) == 3)
    #expect(Rank.local(["MPI_LOCALRANKID": "2"]) == 2)
    #expect(Rank.local(["LOCAL_RANK": "5"]) == 5)
    #expect(Rank.local(["LOCAL_RANK": "x", "SLURM_LOCALID": "1"]) == 1)
    #expect(Rank.local(["SLURM_LOCALID": "-1"]) == 0)
  }

  @Test func thePartsAreTheWhole() throws {
    let seeds = [0..<1000, 1100..<1300, 5000..<5001]
    for count in 1...9 {
      let parts = (0..<count).flatMap { Shard($0, of: count).part(of: seeds) }
      #expect(parts == seeds.flatMap(FeatureStatistics.blocks))
    }
  }

  @Test(arguments: [
    (-2.0, false, false, "reproduced"), (2.0, false, false, "reproduced"),
    (2.01, false, false, "not reproduced"), (-2.01, false, false, "better than published"),
    (0, true, false, "preview"), (0, false, true, "other networks than the published ones"),
  ])
  func verdicts(difference: Double, isPreview: Bool, isOther: Bool, verdict: String) {
    #expect(
      ReproductionReport.verdict(difference, isPreview: isPreview, isOther: isOther).rawValue
        == verdict)
  }
}
