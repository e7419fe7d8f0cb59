/// A mixture of Gaussians in the plane, smoothed by noise: the ground truth of the 2D example.
///
/// Noise of standard deviation σ turns the density into
/// p(x; σ) = Σₖ φₖ N(x; μₖ, Σₖ + σ² I), whose score ∇ log p is known in closed form.
package struct GaussianMixture: Hashable, Sendable {
  /// One Gaussian.
  package struct Component: Hashable, Sendable {
    /// φ; those of all components add up to 1.
    package var weight: Double

    /// μ.
    package var mean: SIMD2<Double>

    /// Σ without its repeated element: Σ₁₁, Σ₁₂, Σ₂₂.
    package var covariance: SIMD3<Double>
  }

  /// All components.
  package let components: [Component]

  /// Sums of the weights up to each component.
  let cumulative: [Double]

  /// A mixture whose weights are divided by their sum.
  package init(_ components: [Component]) {
    let total = components.reduce(0) { $0 + $1.weight }
    precondition(total > 0, "a mixture without weight")
    self.components = components.map { component in
      var component = component
      component.weight /= total
      return component
    }
    var sum = 0.0
    cumulative = self.components.map {
      sum += $0.weight
      return sum
    }
  }

  /// Runs of neighbouring components of one covariance, in order.
  var groups: [Range<Int>] {
    components.indices.reduce(into: []) { groups, index in
      if let last = groups.last,
        components[last.lowerBound].covariance == components[index].covariance
      {
        groups[groups.count - 1] = last.lowerBound..<index + 1
      } else {
        groups.append(index..<index + 1)
      }
    }
  }

  /// The component of a uniform number in 0..<1.
  func component(at uniform: Double) -> Int {
    var (low, high) = (0, cumulative.count - 1)
    while low < high {
      let middle = (low + high) / 2
      if cumulative[middle] > uniform { high = middle } else { low = middle + 1 }
    }
    return low
  }

  /// A point of a component smoothed by σ, from two standard normals: μ + L n, L Lᵀ = Σ + σ² I.
  func point(of index: Int, sigma: Double, normals n: SIMD2<Double>) -> SIMD2<Double> {
    let (mean, s) = (components[index].mean, components[index].covariance)
    let variance = sigma * sigma
    let a = (s.x + variance).squareRoot()
    let b = s.y / a
    let c = max(s.z + variance - b * b, 0).squareRoot()
    return mean + SIMD2(a * n.x, b * n.x + c * n.y)
  }
}

/// Something with a density in the plane for every noise level: the truth, or a network.
package protocol DensityModel {
  /// Log-density and score at points.
  ///
  /// - Parameters:
  ///   - points: x.
  ///   - sigma: the noise level of each point.
  /// - Returns: log p(x; σ), for networks up to a constant, and ∇ log p(x; σ) for each point.
  /// - Throws: what a device reports.
  func evaluate(_ points: [SIMD2<Float>], sigma: [Float]) throws -> DensityValues
}

/// Log-densities and scores of points.
package struct DensityValues: Sendable {
  /// log p(x; σ).
  package var logDensities: [Float]

  /// ∇ log p(x; σ).
  package var scores: [SIMD2<Float>]
}
