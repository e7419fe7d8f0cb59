import Foundation
import Testing

@testable import GuidedDiffusion

@Suite struct PostHocEMATests {
  private func average(_ length: Double) -> PowerFunctionEMA {
    guard let average = PowerFunctionEMA(length: length) else { preconditionFailure("\(length)") }
    return average
  }

  @Test func coefficientsAreTheReferenceOnes() throws {
    let json = try JSON(
      parsing: String(contentsOfFile: Fixture.path("phema.json"), encoding: .utf8),
      source: "phema.json")
    func numbers(_ json: JSON?) -> [Double] { json?.array?.compactMap(\.double) ?? [] }
    let reference = try #require(json["posthoc"])
    let time = try #require(reference["out_ofs"]?.double)
    let inputs = zip(numbers(reference["in_ofs"]), numbers(reference["in_std"])).map {
      PostHocEMA.Profile(time: $0, average: average($1))
    }
    let rows = reference["coefs"]?.array?.map(numbers) ?? []
    #expect(inputs.count == 16 && rows.count == 16)
    for (column, length) in numbers(reference["out_std"]).enumerated() {
      let output = PostHocEMA.Profile(time: time, average: average(length))
      let weights = try #require(PostHocEMA.coefficients(of: output, from: inputs))
      for (row, weight) in weights.enumerated() {
        #expect((weight - rows[row][column]).magnitude <= 1e-9, "\(length), input \(row)")
      }
    }
  }

  @Test func aStoredAverageIsItself() throws {
    let inputs = [1000.0, 2000, 3000].flatMap { time in
      [0.05, 0.1].map { PostHocEMA.Profile(time: time, average: average($0)) }
    }
    let weights = try #require(PostHocEMA.coefficients(of: inputs[5], from: inputs))
    for (index, weight) in weights.enumerated() {
      #expect((weight - (index == 5 ? 1 : 0)).magnitude <= 1e-9)
    }
    #expect(PostHocEMA.coefficients(of: inputs[0], from: [inputs[0], inputs[0]]) == nil)
  }

  @Test func names() throws {
    let name = try #require(SnapshotName(fileName: "network-snapshot-0008388-0.100.pkl"))
    #expect(name.prefix == "network-snapshot" && name.kimg == 8388)
    #expect(name.average == average(0.1) && name.images == 8192 * 1024)
    #expect(name.fileName == "network-snapshot-0008388-0.100.safetensors")
    #expect(SnapshotName(prefix: "a", kimg: 42, average: average(0.05)).images == 42000)
    for other in [
      "training-state-0008388.pt", "a-1-0.3.pkl", "a-x-0.1.pkl", "a-1-0.1.png", "a-1-1e-3.pkl",
      "-0.1.pkl", "a-1-.pkl",
    ] {
      #expect(SnapshotName(fileName: other) == nil, "\(other)")
    }
  }

  /// A training of 2 M images whose parameters drift and jitter; averages are tracked in Double.
  private struct Path {
    let network: EDM2Network
    let lengths: [Double]
    var tracked: [[String: [Double]]]

    init(lengths: [Double]) throws {
      network = try EDM2Network(Fixture.path("tiny-uncond.pkl"))
      self.lengths = lengths
      tracked = lengths.map { _ in [:] }
    }

    func parameters(at time: Double) -> [String: [Double]] {
      var result: [String: [Double]] = [:]
      for (name, tensor) in network.parameters.tensors {
        let start = tensor.elements(as: Double.self).prefix(64)
        result[name] = start.enumerated().map { index, value in
          let phase = Double(index) + 1
          return value + 0.5 * exp(-3 * time) * cos(phase) + 0.1 * sin(phase + 9 * time)
            + 0.05 * cos(40 * time * phase)
        }
      }
      return result
    }

    mutating func step(to time: Double, by step: Double) {
      let parameters = parameters(at: time / 2_097_152)
      for index in lengths.indices {
        let beta = PowerFunctionEMA(length: lengths[index])?.beta(at: time, step: step) ?? 0
        for (name, now) in parameters {
          let before = tracked[index][name] ?? now
          tracked[index][name] = zip(before, now).map { $1 + beta * ($0 - $1) }
        }
      }
    }

    func write(_ average: Int, kimg: Int, prefix: String, in folder: String) throws {
      guard let length = PowerFunctionEMA(length: lengths[average]) else { return }
      let name = SnapshotName(prefix: prefix, kimg: kimg, average: length)
      let tensors = network.parameters.tensors.map { name, tensor in
        var elements = tensor.elements(as: Float.self)
        if !name.hasSuffix(".freqs"), !name.hasSuffix(".phases") {
          for (index, value) in (tracked[average][name] ?? []).enumerated() {
            elements[index] = Float(value)
          }
        }
        return (name, StoredTensor(elements, shape: tensor.shape))
      }
      try SafetensorsFile.write(
        tensors, metadata: network.metadata, to: "\(folder)/\(name.fileName)")
    }
  }

  @Test func aReconstructionMatchesTheAverageThatWasTracked() throws {
    try Fixture.withTemporaryFolder { folder in
      var path = try Path(lengths: [0.05, 0.10, 0.075, 0.15])
      let batch = 8192.0
      for step in 1...256 {
        path.step(to: Double(step) * batch, by: batch)
        guard step % 16 == 0 else { continue }
        for average in 0..<2 {
          try path.write(
            average, kimg: step * 8192 / 1000, prefix: "network-snapshot", in: folder)
        }
      }
      let reconstruction = try EMAReconstruction(Snapshot.list(folder))
      #expect(reconstruction.snapshots.count == 32 && reconstruction.images == 2_097_152)
      let outputs = [0.075, 0.15].map {
        EMAReconstruction.Output(average: average($0), path: "\(folder)/phema-\($0).safetensors")
      }
      var shares: [Double] = []
      try reconstruction.run(outputs) { shares.append($0) }
      #expect(shares == shares.sorted() && shares.last == 1)
      for (index, output) in outputs.enumerated() {
        let network = try EDM2Network(output.path)
        #expect(network.configuration == path.network.configuration)
        var (error, square) = (0.0, 0.0)
        for (name, tracked) in path.tracked[2 + index] where !name.hasSuffix("s") {
          let elements = try #require(network.parameters.tensors[name]).elements(as: Double.self)
          for (got, expected) in zip(elements, tracked) {
            error += (got - expected) * (got - expected)
            square += expected * expected
          }
        }
        #expect((error / square).squareRoot() <= 1e-3, "\(output.average.length)")
        for name in ["unet.emb_fourier.freqs", "unet.emb_fourier.phases"] {
          #expect(
            network.parameters.tensors[name]?.bytes == path.network.parameters.tensors[name]?.bytes)
        }
      }
    }
  }

  @Test func whatCannotBeReconstructedIsRefused() throws {
    #expect(throws: FileError.self) { try Snapshot.list("/no such folder") }
    #expect(throws: SettingsError.self) { try EMAReconstruction([]) }
    try Fixture.withTemporaryFolder { folder in
      func copy(_ fixture: String, _ name: String) throws {
        try FileManager.default.copyItem(
          atPath: Fixture.path(fixture), toPath: "\(folder)/\(name)")
      }
      try copy("tiny-uncond.pkl", "a-0000008-0.050.pkl")
      try copy("tiny-uncond.pkl", "a-0000016-0.050.pkl")
      #expect(throws: SettingsError.self) {
        try EMAReconstruction(Snapshot.list(folder), kimg: 12)
      }
      let output = EMAReconstruction.Output(average: average(0.1), path: "\(folder)/out")
      try EMAReconstruction(Snapshot.list(folder)).run([output])
      try copy("tiny-cond.pkl", "b-0000016-0.100.pkl")
      #expect(throws: CheckpointError.self) {
        try EMAReconstruction(Snapshot.list(folder)).run([output])
      }
      try copy("tiny-cond.pkl", "b-0000016-0.050.pkl")
      #expect(throws: FileError.self) { try Snapshot.list(folder) }
      #expect(try Snapshot.list(folder, prefix: "a").count == 2)
      #expect(try Snapshot.list(folder, averages: [average(0.1)]).count == 1)
    }
  }
}
