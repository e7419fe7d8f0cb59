import Foundation

/// Reconstructs averages of a training out of its snapshots, any number of them in one pass.
///
/// One tensor at a time is in memory, in fp32 once per output; snapshots are mapped. Weights are
/// accumulated in fp32 in the order of the snapshots and stored in fp16; constants (frequencies and
/// phases) are the last snapshot's, everything else the first one's.
public struct EMAReconstruction: Sendable {
  /// The snapshots that are used, sorted by time and length.
  public let snapshots: [Snapshot]

  /// The time of the outputs in images.
  public let images: Int

  /// The time of the outputs as it stands in names.
  public let kimg: Int

  /// Chooses the snapshots up to a time.
  ///
  /// - Parameters:
  ///   - snapshots: as ``Snapshot/list(_:prefix:averages:)`` gives them.
  ///   - kimg: the time of the outputs, a snapshot's; the last one's if nil.
  /// - Throws: ``SettingsError`` if there is no snapshot of that time.
  public init(_ snapshots: [Snapshot], kimg: Int? = nil) throws(SettingsError) {
    let usable = snapshots.filter { $0.name.images > 0 && $0.name.kimg <= kimg ?? .max }
    guard let last = usable.last else {
      throw SettingsError(
        "no snapshots of a training: names like network-snapshot-0008388-0.100.pkl are looked for")
    }
    if let kimg, last.name.kimg != kimg {
      throw SettingsError(
        "no snapshot at \(kimg) kimg: the last one before is at \(last.name.kimg) kimg")
    }
    self.snapshots = usable
    images = last.name.images
    self.kimg = last.name.kimg
  }

  /// An average to make.
  public struct Output: Hashable, Sendable {
    /// Its length.
    public let average: PowerFunctionEMA

    /// The file to write; its folder must exist.
    public let path: String

    /// An average in a file.
    public init(average: PowerFunctionEMA, path: String) {
      self.average = average
      self.path = path
    }
  }

  /// Reconstructs.
  ///
  /// - Parameters:
  ///   - outputs: all are made at once and appear together when the last weight is written.
  ///   - progress: called with the share of the weights that is done; what it throws ends the work.
  /// - Throws: ``CheckpointError`` if a snapshot is no EDM2 network or of another configuration
  ///   than the first; ``SettingsError`` if the snapshots are too alike; ``FileError``.
  public func run(
    _ outputs: [Output], progress: (Double) throws -> Void = { _ in }
  ) throws {
    let weights = try outputs.map { try coefficients(of: $0.average) }
    let networks = try open()
    let (first, last) = (networks[0], networks[networks.count - 1])
    let tensors = first.parameters.tensors
    let entries = tensors.map {
      SafetensorsWriter.Entry(name: $0.name, type: .f16, shape: $0.tensor.shape)
    }
    let files = try outputs.indices.map {
      try SafetensorsWriter(
        outputs[$0].path, entries: entries,
        metadata: first.metadata + metadata(outputs[$0], weights[$0]))
    }
    let total = tensors.reduce(0) { $0 + $1.tensor.count }
    var done = 0
    for (name, tensor) in tensors {
      if Self.isConstant(name) {
        let elements = try last.tensor(name).elements(as: Float.self)
        for file in files { try file.append(halves: elements) }
      } else {
        let sums = try accumulate(name, of: networks, weights) {
          try progress((Double(done) + $0 * Double(tensor.count)) / Double(total))
        }
        for (file, sum) in zip(files, sums) { try file.append(halves: sum) }
      }
      done += tensor.count
      try progress(Double(done) / Double(total))
    }
    for file in files { try file.commit() }
  }

  /// The weight of each snapshot.
  ///
  /// - Throws: ``SettingsError`` if the snapshots are too alike.
  public func coefficients(of average: PowerFunctionEMA) throws(SettingsError) -> [Double] {
    let inputs = snapshots.map {
      PostHocEMA.Profile(time: Double($0.name.images), average: $0.name.average)
    }
    let output = PostHocEMA.Profile(time: Double(images), average: average)
    guard let weights = PostHocEMA.coefficients(of: output, from: inputs) else {
      throw SettingsError("the snapshots are too alike to reconstruct an average")
    }
    return weights
  }

  /// Weighted sums of one parameter, one per output.
  private func accumulate(
    _ name: String, of networks: [EDM2Network], _ weights: [[Double]],
    progress: (Double) throws -> Void
  ) throws -> [[Float]] {
    let count = try networks[0].tensor(name).count
    var sums = weights.map { _ in [Float](repeating: 0, count: count) }
    for (index, network) in networks.enumerated() {
      let elements = try network.tensor(name).elements(as: Float.self)
      for output in sums.indices {
        add(elements, times: Float(weights[output][index]), to: &sums[output])
      }
      try progress(Double(index + 1) / Double(networks.count))
    }
    return sums
  }

  private func add(_ elements: [Float], times weight: Float, to sums: inout [Float]) {
    precondition(elements.count == sums.count, "\(elements.count) elements, not \(sums.count)")
    for index in sums.indices { sums[index] += elements[index] * weight }
  }

  private func open() throws(CheckpointError) -> [EDM2Network] {
    let networks = try snapshots.map { snapshot throws(CheckpointError) in
      try EDM2Network(snapshot.path)
    }
    for network in networks where network.configuration != networks[0].configuration {
      throw CheckpointError(
        file: network.source,
        reason: "another network than that in \(networks[0].source): choose by prefix")
    }
    return networks
  }

  /// Where the numbers come from.
  private func metadata(_ output: Output, _ weights: [Double]) -> [SafetensorsFile.Metadata] {
    let inputs = zip(snapshots, weights).map { snapshot, weight in
      JSON.object([
        .init("file", .string(URL(fileURLWithPath: snapshot.path).lastPathComponent)),
        .init("weight", .number(weight)),
      ])
    }
    return [
      .init("autoguide.images", String(images)),
      .init("autoguide.ema", String(output.average.length)),
      .init("autoguide.posthoc", JSON.array(inputs).description),
    ]
  }

  /// Whether a parameter is not trained and so has no average.
  private static func isConstant(_ name: String) -> Bool {
    name.hasSuffix(".freqs") || name.hasSuffix(".phases")
  }
}

extension EDM2Network {
  /// A parameter that the check of the file has found.
  fileprivate func tensor(_ name: String) throws(CheckpointError) -> StoredTensor {
    guard let tensor = parameters.tensors[name] else {
      throw CheckpointError(file: source, reason: "the weights \(name) are missing")
    }
    return tensor
  }
}
