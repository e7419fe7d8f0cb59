/// What it takes to reproduce a published result, in multiply-adds of convolutions, linear layers and
/// attention (one multiply-add is two floating-point operations).
public struct PresetCost: Hashable, Sendable {
  /// Evaluations of the main network for one image.
  public let mainEvaluations: Int

  /// Evaluations of the guide for one image.
  public let guideEvaluations: Int

  /// Multiply-adds of one evaluation of the main network.
  public let main: Int

  /// Multiply-adds of one evaluation of the guide.
  public let guide: Int

  /// Multiply-adds of decoding one image's latents, about.
  public let decoding: Int

  /// Multiply-adds of one image's features, about.
  public let features: Int

  /// Multiply-adds of the networks for one image.
  public var sampling: Int { mainEvaluations * main + guideEvaluations * guide }

  /// Multiply-adds of everything for one image.
  public var total: Int { sampling + decoding + features }
}

extension Preset {
  /// Multiply-adds of the published settings.
  public var cost: PresetCost {
    let steps = settings.steps
    // Heun's steps evaluate twice, the last one once.
    let evaluations = (0..<steps).reduce(0) { count, step in
      let isGuided: Bool =
        switch interval {
        case .steps(let range): range.contains(step)
        case .sigma, nil: true
        }
      return count + (isGuided ? (step == steps - 1 ? 1 : 2) : 0)
    }
    return PresetCost(
      mainEvaluations: 2 * steps - 1, guideEvaluations: guide == nil ? 0 : evaluations,
      main: main.configuration.graph().multiplyAdds,
      guide: guide?.configuration.graph().multiplyAdds ?? 0,
      decoding: main.data == .img512 ? Self.decoderCost : 0,
      features: metric == .fid ? Self.inceptionCost : Self.dinoCost)
  }

  /// The decoder of latents for 512x512 pixels, as EDM2 gives it (element-wise work counted).
  private static let decoderCost = 1_260_900_000_000

  /// Inception-v3 at 299x299.
  private static let inceptionCost = 5_700_000_000

  /// ViT-L/14 at 224x224: 24 blocks of 257 tokens, 12 width² for each and 2 width per pair.
  private static let dinoCost = 24 * (257 * 12 * 1024 * 1024 + 2 * 257 * 257 * 1024)
}
