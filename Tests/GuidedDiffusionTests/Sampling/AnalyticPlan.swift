import Synchronization

@testable import GuidedDiffusion

/// A plan whose denoisers are exact for normal data N(mean, deviation^2), so that the result of
/// sampling is known in closed form:
///
///     D(x; sigma) = (deviation^2 x + sigma^2 mean) / (deviation^2 + sigma^2).
///
/// The mean of class c is `mean + c`. It also keeps a log of its calls.
final class AnalyticPlan<State: SamplerScalar>: GuidedPlan {
  struct Normal { var mean: State, deviation: State }

  enum Call: Equatable {
    case begin([Int]?), noise(State), euler(State, State, [Double]?), correct(
      State, State, [Double]?)
  }

  let capacity: Int
  let main: Normal
  let guides: [Normal]
  private(set) var calls: [Call] = []
  private var (x, start, slope): ([State], [State], [State]) = ([], [], [])
  private var offsets: [State] = []

  init(main: Normal, guides: [Normal] = [], capacity: Int = 1000) {
    (self.main, self.guides, self.capacity) = (main, guides, capacity)
  }

  func begin(x: [State], classes: [Int]?) {
    let count = classes?.count ?? 1
    precondition(count <= capacity, "\(count) images in a plan for \(capacity)")
    self.x = x
    offsets = x.indices.map { State(classes?[$0 * count / x.count] ?? 0) }
    calls.append(.begin(classes))
  }

  func addNoise(_ noise: [State], scale: State) {
    for index in x.indices { x[index] += scale * noise[index] }
    calls.append(.noise(scale))
  }

  func euler(from sigma: State, to next: State, weights: [Double]?) {
    start = x
    slope = slopes(sigma, weights)
    for index in x.indices { x[index] += (next - sigma) * slope[index] }
    calls.append(.euler(sigma, next, weights))
  }

  func correct(from sigma: State, to next: State, weights: [Double]?) {
    let second = slopes(next, weights)
    for index in x.indices {
      x[index] = start[index] + (next - sigma) * (slope[index] / 2 + second[index] / 2)
    }
    calls.append(.correct(sigma, next, weights))
  }

  func finish() -> [State] { x }

  private func slopes(_ sigma: State, _ weights: [Double]?) -> [State] {
    x.indices.map { index in
      let (x, offset) = (x[index], offsets[index])
      let main = denoised(x, sigma, main, offset)
      var guided = main
      for (guide, weight) in zip(guides, weights ?? []) {
        guided += State(weight - 1) * (main - denoised(x, sigma, guide, offset))
      }
      return (x - guided) / sigma
    }
  }

  private func denoised(_ x: State, _ sigma: State, _ data: Normal, _ offset: State) -> State {
    let (variance, noise) = (data.deviation * data.deviation, sigma * sigma)
    return (variance * x + noise * (data.mean + offset)) / (variance + noise)
  }
}

/// Makes analytic plans and notes the capacities asked for; `memory` is the largest that fits, in
/// each of `width` places.
final class AnalyticFactory: PlanFactory {
  struct TooLarge: MemoryFailure { let isOutOfMemory = true }

  let imageShape = Shape.batched(4, 5, 3)
  let classCount: Int
  let guideCount: Int
  let deviceName = "paper"
  let algorithms = "closed form"
  let memory: Int
  let capacities = Mutex<[Int]>([])

  /// Factories of the places; none if there is one place.
  let parts: [AnalyticFactory]

  init(classCount: Int = 10, guideCount: Int = 0, memory: Int = 1000, width: Int = 1) {
    (self.classCount, self.guideCount, self.memory) = (classCount, guideCount, memory)
    parts =
      width == 1
      ? []
      : (0..<width).map { _ in
        AnalyticFactory(classCount: classCount, guideCount: guideCount, memory: memory)
      }
  }

  var places: [any PlanFactory] { parts.isEmpty ? [self] : parts }

  func makePlan<State: SamplerScalar>(
    capacity: Int, state: State.Type
  ) throws -> any GuidedPlan<State> {
    capacities.withLock { $0.append(capacity) }
    if capacity > memory { throw TooLarge() }
    let guide = AnalyticPlan<State>.Normal(mean: 0.1, deviation: 0.7)
    return AnalyticPlan(
      main: .init(mean: 0.2, deviation: 0.5), guides: .init(repeating: guide, count: guideCount),
      capacity: capacity)
  }
}
