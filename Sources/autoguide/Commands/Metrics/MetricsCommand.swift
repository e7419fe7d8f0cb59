import ArgumentParser

struct MetricsCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "metrics",
    abstract: "Measure how far images are from a reference: Fréchet inception distance.",
    discussion: """
      Features are those of Inception-v3 (2015-12-05); scripts/fetch-inception fetches its weights \
      once. Grey images count as RGB of three equal channels.
      """,
    subcommands: [MetricsReference.self, MetricsCalculate.self, MetricsMerge.self])
}
