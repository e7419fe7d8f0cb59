/// The distribution of the paper's 2D example (Autoguidance, appendix C): two classes, each a tree
/// of 127 branches made of 8 Gaussians.
extension GaussianMixture {
  /// One of the two classes.
  package enum ToyClass: String, CaseIterable, Sendable {
    case a = "A"
    case b = "B"
  }

  /// Gaussians of one branch.
  package static let componentsPerBranch = 8

  /// The truth of some classes.
  ///
  /// - Parameter classes: without repetitions, at least one.
  /// - Returns: 1016 components for each class, eight for every branch.
  package static func toy(_ classes: [ToyClass]) -> GaussianMixture {
    var random = RandomState(seed: 2)
    // Both trees are made of one sequence, whichever is asked for.
    var trees: [ToyClass: [Component]] = [:]
    for (toyClass, angle) in [(ToyClass.a, Double.pi / 4), (.b, 5 * Double.pi / 4)] {
      var tree: [Component] = []
      addBranch(at: SIMD2(0.0030, 0.0325), angle: angle, depth: 0, to: &tree, &random)
      trees[toyClass] = tree
    }
    return GaussianMixture(classes.flatMap { trees[$0] ?? [] })
  }

  private static func addBranch(
    at position: SIMD2<Double>, angle: Double, depth: Int, to tree: inout [Component],
    _ random: inout RandomState
  ) {
    // Beyond the last branches only the random numbers of their angles were drawn.
    guard depth < 7 else { return }
    let scale = SIMD2(1.3136, 1.3844)
    func power(_ base: Double) -> Double { (0..<depth).reduce(1) { power, _ in power * base } }
    let turn = Elementary.sineAndCosine(angle)
    let u = SIMD2(turn.cosine, turn.sine)
    let length = 0.292 * power(0.8) * (1 + 0.2 * random.normal())
    let thickness = 0.2 * power(0.8) / length
    let size = 0.06 * scale * length
    // u uᵀ + thickness² (I - u uᵀ), scaled along the axes.
    let t = thickness * thickness
    let covariance = SIMD3(
      (u.x * u.x + t * (1 - u.x * u.x)) * size.x * size.x,
      u.x * u.y * (1 - t) * size.x * size.y,
      (u.y * u.y + t * (1 - u.y * u.y)) * size.y * size.y)
    for index in 0..<componentsPerBranch {
      let along = 0.07 + (0.93 - 0.07) * Double(index) / 7
      tree.append(
        Component(
          weight: length * power(0.5), mean: scale * (position + u * length * along),
          covariance: covariance))
    }
    for side in [1.0, -1] {
      let spread = power(0.7) * (1 + 0.2 * random.normal())
      addBranch(
        at: position + u * length, angle: angle + side * spread, depth: depth + 1, to: &tree,
        &random)
    }
  }
}
