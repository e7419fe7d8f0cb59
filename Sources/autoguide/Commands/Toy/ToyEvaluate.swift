import ArgumentParser
import Foundation
import GuidedDiffusion

struct ToyEvaluate: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "evaluate",
    abstract: "Compare the samples of every method with the truth.",
    discussion: """
      Prints, for each way to sample: the mean log-density of the samples under the truth; the \
      share of outliers, whose log-density is below that of all but 0.1 % of true samples; the \
      share of the 127 branches that get between half and twice their share; and the energy \
      distance to fresh true samples (0 if the distributions are the same).
      """)

  @OptionGroup(title: "Networks") var networks: ToyOptions
  @OptionGroup(title: "Sampling") var sampling: ToySamplingOptions
  @OptionGroup(title: "Device") var device: DeviceOptions
  @OptionGroup(title: "Report") var output: OutputOptions

  func run() async throws {
    let rows = try evaluate()
    if output.json { return try Console.print(json: rows) }
    try Console.print(Self.table(rows))
  }

  private func evaluate() throws -> [Row] {
    let run = try ToyRun(networks, device: try device.choose(), isQuiet: output.quiet)
    let models = try ToyModels(networks, run)
    let truth = GaussianMixture.toy([.a])
    let evaluation = try ToyEvaluation(
      truth, on: run.context, count: sampling.points, seed: networks.seed)
    let sampler = ToySampler(steps: sampling.steps)
    let start = sampler.start(of: truth, count: sampling.points, seed: networks.seed)
    return try ToyMethod.all(models, sampling).map { method in
      let samples = try method.samples(sampler, from: start, seed: networks.seed) { step in
        if !output.quiet && Console.isInteractive {
          Console.rewrite("\(method.name)  \(step)/\(sampling.steps)")
        }
      }
      if !output.quiet && Console.isInteractive { Console.rewrite("") }
      return Row(method: method.name, metrics: try evaluation.metrics(of: samples))
    }
  }

  /// One method as it is printed.
  struct Row: Encodable {
    var method: String
    var metrics: ToyMetrics
  }

  /// A Markdown table.
  static func table(_ rows: [Row]) -> String {
    let head = [
      "| method | mean log-density | outliers | branches covered | energy distance |",
      "|---|---|---|---|---|",
    ]
    let lines = rows.map { row in
      let m = row.metrics
      return String(
        format: "| %@ | %.2f | %.2f %% | %.0f %% | %.5f |", "\(row.method)", m.meanLogDensity,
        100 * m.outliers, 100 * m.coverage, m.energyDistance)
    }
    return (head + lines).joined(separator: "\n")
  }
}
