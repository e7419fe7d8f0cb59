/// Main network, guides and sampler steps on the CPU (see ``GuidedPlan``).
///
/// Networks compute in `Element`: `Float` as the official code, whatever the state is, or `Double`
/// as an oracle. The rest is computed in `State`.
public final class CPUPlan<State: SamplerScalar, Element: CPUScalar>: GuidedPlan {
  /// Largest batch.
  public let capacity: Int

  private let main: CPUDenoiser<Element>
  private let guides: [CPUDenoiser<Element>]

  /// The batch: x, and x̂ and d of the last Euler step, `[N, H, W, C]` each.
  private var x: [State] = []
  private var base: [State] = []
  private var slope: [State] = []
  private var images = 0
  private var classes: [Int]?

  /// A plan for some networks.
  ///
  /// - Parameters:
  ///   - main: the main network.
  ///   - guides: the guiding networks, for images of the same shape.
  ///   - capacity: largest batch.
  public init(
    main: CPUDenoiser<Element>, guides: [CPUDenoiser<Element>] = [], capacity: Int
  ) {
    for guide in guides {
      precondition(
        guide.imageShape == main.imageShape,
        "a guide for \(guide.imageShape), the main network for \(main.imageShape)")
    }
    self.main = main
    self.guides = guides
    self.capacity = capacity
  }

  /// Starts a batch.
  public func begin(x: [State], classes: [Int]?) {
    let count = main.imageShape.count
    precondition(
      x.count % count == 0 && 1...capacity ~= x.count / count,
      "\(x.count) elements for at most \(capacity) images of \(main.imageShape)")
    self.x = x
    self.classes = classes
    images = x.count / count
  }

  /// x ← x + scale noise.
  public func addNoise(_ noise: [State], scale: State) {
    precondition(noise.count == x.count, "\(noise.count) and \(x.count) elements")
    for i in x.indices { x[i] += scale * noise[i] }
  }

  /// d ← (x - D(x; sigma)) / sigma, x̂ ← x, x ← x̂ + (next - sigma) d.
  public func euler(from sigma: State, to next: State, weights: [Double]?) {
    let denoised = denoise(sigma: sigma, weights: weights)
    base = x
    slope = x.indices.map { (base[$0] - denoised[$0]) / sigma }
    x = x.indices.map { base[$0] + (next - sigma) * slope[$0] }
  }

  /// d' ← (x - D(x; next)) / next, x ← x̂ + (next - sigma) (d/2 + d'/2).
  public func correct(from sigma: State, to next: State, weights: [Double]?) {
    let denoised = denoise(sigma: next, weights: weights)
    x = x.indices.map {
      let corrected = (x[$0] - denoised[$0]) / next
      return base[$0] + (next - sigma) * (0.5 * slope[$0] + 0.5 * corrected)
    }
  }

  /// The state.
  public func finish() -> [State] { x }

  /// D(x; sigma), guided.
  private func denoise(sigma: State, weights: [Double]?) -> [State] {
    let denoised = evaluate(main, sigma: sigma)
    guard let weights else { return denoised }
    precondition(
      weights.count == guides.count, "\(weights.count) weights for \(guides.count) guides")
    return Guidance.combine(
      main: denoised,
      guides: zip(guides, weights).map { guide, weight in
        (evaluate(guide, sigma: sigma), weight)
      })
  }

  /// One network's D(x; sigma).
  private func evaluate(_ network: CPUDenoiser<Element>, sigma: State) -> [State] {
    let image = network.imageShape.dimensions
    let input = Tensor(shape: [images] + image, elements: x.map { Element($0) })
    let denoised = network(
      input, sigma: Element(sigma), labels: network.labels(classes: classes, images: images))
    return denoised.elements.map { State($0) }
  }
}
