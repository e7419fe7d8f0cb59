/// The noise levels of a run (EDM eq. 5, Table 1), in the type of the state:
///
///     t_i = (sigma_max^(1/rho) + i/(N-1) (sigma_min^(1/rho) - sigma_max^(1/rho)))^rho,  t_N = 0.
///
/// Every product and sum is rounded in `State`, as the official sampler does; powers are made
/// in `Double` by functions of our own, so that the levels have the same bits on every machine.
public struct Schedule<State: SamplerScalar>: Hashable, Sendable {
  /// N + 1 levels, falling, the last one 0.
  public let levels: [State]

  /// Number N of steps.
  public var steps: Int { levels.count - 1 }

  /// The levels of validated settings.
  ///
  /// Edge case: one step (N = 1), for which the formula gives 0/0, is defined as t_0 = sigma_max:
  /// a single Euler step.
  public init(_ settings: SamplerSettings) {
    let (rho, last) = (settings.rho, settings.steps - 1)
    let start = Elementary.power(settings.sigmaMax, 1 / rho)
    let end = Elementary.power(settings.sigmaMin, 1 / rho)
    levels =
      (0..<settings.steps).map { index in
        let fraction = last == 0 ? 0 : State(index) / State(last)
        let root = State(start) + fraction * State(end - start)
        return State(Elementary.power(Double(root), rho))
      } + [0]
  }
}

extension SamplerSettings.Churn {
  /// t̂ = t (1 + gamma) with gamma = min(S_churn/N, sqrt(2) - 1), or t where no noise is added
  /// (EDM, Algorithm 2).
  ///
  /// - Parameters:
  ///   - level: t_i of the schedule.
  ///   - steps: N.
  /// - Returns: the raised level, and the standard deviation of the noise that raises it, nil
  ///   where none is drawn.
  func raise<State: SamplerScalar>(
    _ level: State, steps: Int
  ) -> (level: State, deviation: State?) {
    guard amount > 0 && sigmaMin <= Double(level) && Double(level) <= sigmaMax else {
      return (level, nil)
    }
    let gamma = min(amount / Double(steps), 2.0.squareRoot() - 1)
    let raised = level + State(gamma) * level
    return (raised, (raised * raised - level * level).squareRoot() * State(noise))
  }
}
