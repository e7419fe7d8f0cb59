/// The arithmetic of guidance, rounded as the official sampler rounds it.
enum Guidance {
  /// D_g + w (D_m - D_g), as `torch.lerp(D_g, D_m, w)` computes it (AG eq. 3).
  ///
  /// - Parameters:
  ///   - main: D_m.
  ///   - guide: D_g.
  ///   - weight: w.
  /// - Returns: w = 1 gives D_m exactly, w = 0 gives D_g.
  @inline(__always)
  static func lerp<State: SamplerScalar>(main: State, guide: State, weight: State) -> State {
    abs(weight) < 0.5
      ? guide + weight * (main - guide) : main - (main - guide) * (1 - weight)
  }

  /// The guided denoiser of ``GuidedPlan`` for any number of guides.
  ///
  /// - Parameters:
  ///   - main: D_m, any number of elements.
  ///   - guides: D_i and w_i; D_i as many elements as D_m.
  /// - Returns: as many elements.
  @specialized(where State == Float)
  @specialized(where State == Double)
  static func combine<State: SamplerScalar>(
    main: [State], guides: [(denoised: [State], weight: Double)]
  ) -> [State] {
    for guide in guides {
      precondition(
        guide.denoised.count == main.count, "\(guide.denoised.count) and \(main.count) elements")
    }
    if guides.count == 1 {
      let (guide, weight) = (guides[0].denoised, State(guides[0].weight))
      return main.indices.map { lerp(main: main[$0], guide: guide[$0], weight: weight) }
    }
    var result = main
    for (guide, weight) in guides {
      let excess = State(weight - 1)
      for i in result.indices { result[i] += excess * (main[i] - guide[i]) }
    }
    return result
  }
}
