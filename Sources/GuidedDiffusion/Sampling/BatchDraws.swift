/// Noise and classes of a batch, drawn as the official sampler does: from one generator per seed,
/// so that an image does not depend on its company.
///
/// Per seed: the initial noise in `Float`, `[C, H, W]`; then the class, if the main network has
/// classes, also where a class is given; then churn noise in the type of the state.
struct BatchDraws<State: SamplerScalar> {
  private var generators: [any SeedGenerator]
  private let shape: Shape

  /// Initial noise, `[N, H, W, C]`.
  let noise: [State]

  /// One class per image, or nil if the main network has none.
  let classes: [Int]?

  /// Draws noise and classes.
  ///
  /// - Parameters:
  ///   - seeds: one per image.
  ///   - kind: whose random numbers.
  ///   - shape: of an image, `[N, H, W, C]`.
  ///   - classCount: classes of the main network.
  ///   - classIndex: the class of all images, or nil to draw it.
  init(seeds: [Int], kind: NoiseKind, shape: Shape, classCount: Int, classIndex: Int?) {
    var generators = seeds.map(kind.generator)
    self.shape = shape
    noise = generators.indices.flatMap { index in
      channelsLast(generators[index].floatNormals(shape.count), shape).map { State($0) }
    }
    classes =
      classCount == 0
      ? nil
      : generators.indices.map { index in
        let drawn = generators[index].integer(below: classCount)
        return classIndex ?? drawn
      }
    self.generators = generators
  }

  /// The next churn noise of all images, `[N, H, W, C]`.
  mutating func churnNoise() -> [State] {
    var noise: [State] = []
    noise.reserveCapacity(generators.count * shape.count)
    for index in generators.indices {
      noise += channelsLast(generators[index].normals(shape.count, as: State.self), shape)
    }
    return noise
  }
}

/// `[C, H, W]` to `[H, W, C]`.
private func channelsLast<Element>(_ values: [Element], _ shape: Shape) -> [Element] {
  let (pixels, channels) = (shape.rows, shape.channels)
  return channels == 1
    ? values
    : (0..<values.count).map { values[$0 % channels * pixels + $0 / channels] }
}
