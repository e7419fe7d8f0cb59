extension PublishedNetwork {
  /// What the network is, but for its weights.
  public var configuration: EDM2Configuration {
    guard let configuration = EDM2Configuration.published(model) else {
      preconditionFailure("no configuration of \(model)")
    }
    return configuration
  }

  /// About the size of its file: weights in fp16, and what else a pickle holds.
  public var bytes: Int {
    2 * configuration.graph().parameters.reduce(0) { $0 + $1.shape.count } + 200_000
  }

  /// Whether the file is published as such: those of the official presets are. Others are
  /// reconstructed from snapshots.
  public var isPublished: Bool { Self.published.contains(self) }

  private static let published = Set(Preset.official.flatMap(\.networks))

  /// About how many snapshots a reconstruction reads: published are two averages of every 64 Mi
  /// images of a training.
  public var snapshotCount: Int { 2 * ((kimg * 1000 + 1023) / (64 << 20)) }
}
