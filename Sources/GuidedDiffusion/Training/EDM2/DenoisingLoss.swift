/// How well networks of one configuration denoise given images: what a training lowers, without
/// its learned uncertainty.
///
/// L = mean of λ(σ) (D(y + n; σ) - y)² over images, pixels and channels, with
/// λ = (σ² + sd²) / (σ sd)² (EDM, arXiv 2206.00364, table 1). Noise and levels are drawn from a
/// seed: the same ones for every network, so that networks can be compared with few images.
public final class DenoisingLoss {
  private let noise: NoisyBatch
  private let device: ComputeDevice
  private let batch: Int

  /// A loss with the noise of a training.
  ///
  /// - Parameters:
  ///   - noiseMean: P_mean.
  ///   - noiseDeviation: P_std.
  ///   - seed: of the noise.
  ///   - device: what computes.
  ///   - batch: most images at once.
  public init(
    noiseMean: Double, noiseDeviation: Double, seed: Int, device: ComputeDevice, batch: Int = 64
  ) {
    noise = NoisyBatch(mean: noiseMean, deviation: noiseDeviation, seed: seed)
    (self.device, self.batch) = (device, batch)
  }

  /// The loss of a network.
  ///
  /// - Parameters:
  ///   - network: compiled for this call.
  ///   - images: y, `[N, H, W, C]`.
  ///   - labels: `[N, labelCount]`; not looked at without classes.
  ///   - progress: called with the share that is done; what it throws ends the work.
  /// - Returns: L.
  /// - Throws: what the device reports, or `progress`.
  public func callAsFunction(
    _ network: EDM2Network, images: [Float], labels: [Float],
    progress: (Double) throws -> Void = { _ in }
  ) throws -> Double {
    let configuration = network.configuration
    let shape = [
      configuration.imageResolution, configuration.imageResolution, configuration.imageChannels,
    ]
    let (size, classes) = (shape.reduce(1, *), configuration.labelCount)
    let count = images.count / size
    precondition(
      count > 0 && images.count == count * size
        && (classes == 0 || labels.count == count * classes),
      "\(images.count) elements for images of \(shape)")
    let denoiser = try CompiledGraph(
      configuration.graph(), parameters: network.parameters, outputs: ["denoised"],
      capacity: batch, on: try device.makeContext())
    var sum = 0.0
    for first in stride(from: 0, to: count, by: batch) {
      let part = first..<min(first + batch, count)
      var inputs = noise.inputs(
        images: Tensor(images, shape: shape, of: part),
        labels: classes > 0 ? Tensor(labels, shape: [classes], of: part) : nil,
        first: first)
      let target = inputs.removeValue(forKey: "target")?.elements ?? []
      let denoised = try denoiser(inputs)["denoised"]?.elements ?? []
      sum += Self.weightedError(
        denoised, target, sigma: inputs["sigma"]?.elements ?? [], size: size,
        sigmaData: configuration.sigmaData)
      try progress(Double(part.upperBound) / Double(count))
    }
    return sum / Double(count * size)
  }

  private static func weightedError(
    _ denoised: [Float], _ target: [Float], sigma: [Float], size: Int, sigmaData: Double
  ) -> Double {
    sigma.indices.reduce(0) { sum, image in
      let sigma = Double(sigma[image])
      let weight =
        (sigma * sigma + sigmaData * sigmaData) / (sigma * sigmaData * sigma * sigmaData)
      let range = image * size..<(image + 1) * size
      return sum
        + weight
        * range.reduce(0) {
          let error = Double(denoised[$1]) - Double(target[$1])
          return $0 + error * error
        }
    }
  }
}
