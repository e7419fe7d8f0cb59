import Dispatch
import Synchronization

/// Noise and classes of a batch, drawn as the official sampler does: from one generator per seed,
/// so that an image does not depend on its company.
///
/// Per seed: the initial noise in `Float`, `[C, H, W]`; then the class, if the main network has
/// classes, also where a class is given; then churn noise in the type of the state.
struct BatchDraws<State: SamplerScalar> {
  private var generators: [any SeedGenerator]
  private let shape: Shape

  /// Initial noise, `[N, H, W, C]`.
  let noise: [Float]

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
    self.shape = shape
    let draws = inParallel(seeds.count) { index in
      var generator = kind.generator(seed: seeds[index])
      let noise = channelsLast(generator.floatNormals(shape.count), shape)
      let drawn = classCount == 0 ? nil : generator.integer(below: classCount)
      return (generator: generator, noise: noise, classIndex: drawn)
    }
    generators = draws.map(\.generator)
    noise = draws.flatMap(\.noise)
    classes = classCount == 0 ? nil : draws.map { classIndex ?? $0.classIndex ?? 0 }
  }

  /// The next churn noise of all images, `[N, H, W, C]`.
  mutating func churnNoise() -> [State] {
    let (before, shape) = (generators, shape)
    let draws = inParallel(before.count) { index in
      var generator = before[index]
      let noise = channelsLast(generator.normals(shape.count, as: State.self), shape)
      return (generator: generator, noise: noise)
    }
    generators = draws.map(\.generator)
    return draws.flatMap(\.noise)
  }
}

/// The results of `body` for 0..<count, computed on all cores.
private func inParallel<Result: Sendable>(
  _ count: Int, _ body: @Sendable (Int) -> Result
) -> [Result] {
  let results = Mutex([Result?](repeating: nil, count: count))
  DispatchQueue.concurrentPerform(iterations: count) { index in
    let result = body(index)
    results.withLock { $0[index] = result }
  }
  return results.withLock { $0.compactMap(\.self) }
}

/// `[C, H, W]` to `[H, W, C]`.
@specialized(where Element == Float)
@specialized(where Element == Double)
private func channelsLast<Element>(_ values: [Element], _ shape: Shape) -> [Element] {
  let (pixels, channels) = (shape.rows, shape.channels)
  if channels == 1 { return values }
  var result: [Element] = []
  result.reserveCapacity(values.count)
  for pixel in 0..<pixels {
    for channel in 0..<channels { result.append(values[channel * pixels + pixel]) }
  }
  return result
}
