import ArgumentParser

struct MetricsCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "metrics",
    abstract: "Measure how far images are from a reference: FID, FD_DINOv2 and others.",
    discussion: """
      Features are those of Inception-v3 (2015-12-05), whose weights scripts/fetch-inception fetches \
      once, and of DINOv2 ViT-L/14. Grey images count as RGB of three equal channels. --metrics \
      chooses among the Fréchet distances (fid, fd_dinov2), kernel distances (kid, kd_dinov2), \
      precision and recall (pr, pr_dinov2) and the inception score (is).
      """,
    subcommands: [MetricsReference.self, MetricsCalculate.self, MetricsMerge.self])
}
