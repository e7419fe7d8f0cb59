import Figures
import GuidedDiffusion

/// The data of the 2D example's figures.
struct ToyPictures {
  let models: ToyModels
  let context: Context?
  let sampling: ToySamplingOptions
  let seed: Int

  /// Crossings of density grids along each edge; half of it for moving pictures.
  static let gridEdge = 400

  /// Least noise level of the truth's contours: its thinnest branches are narrower than a grid's
  /// spacing.
  static let finest = 0.01

  /// The log-density of a class or a network over a view.
  static func grid(
    _ model: any DensityModel, _ view: PlotView, sigma: Double, edge: Int = gridEdge
  ) throws -> DensityGrid {
    try DensityGrid(view, edge: edge) { points in
      let x = points.map { SIMD2(Float($0.x), Float($0.y)) }
      let levels = [Float](repeating: Float(sigma), count: x.count)
      return try model.evaluate(x, sigma: levels).logDensities.map { Double($0) }
    }
  }

  /// The truth of one class.
  func truth(_ toyClass: GaussianMixture.ToyClass) throws -> any DensityModel {
    try GaussianMixture.toy([toyClass]).model(on: context)
  }

  /// Figure 1: samples of every method.
  func figure1(report: (String) -> Void) throws -> Plot {
    let sampler = ToySampler(steps: sampling.steps)
    let start = sampler.start(of: .toy([.a]), count: sampling.points, seed: seed)
    let samples = try ToyMethod.all(models, sampling).map { method in
      let points = try method.samples(sampler, from: start, seed: seed) { step in
        report("Figure 1: \(method.name)  \(step)/\(sampling.steps)")
      }
      return ToyFigures.Samples(method.title, detail: method.detail, points: points)
    }
    return ToyFigures.samples(
      samples, classA: try Self.grid(truth(.a), ToyFigures.overview, sigma: Self.finest),
      classB: try Self.grid(truth(.b), ToyFigures.overview, sigma: Self.finest), marked: 1)
  }

  /// Figure 2: trajectories from a low noise level, and the densities there.
  func figure2(report: (String) -> Void) throws -> Plot {
    let sigma = 0.03
    let view = ToyFigures.closeUp
    let sampler = ToySampler(sigmaMax: sigma, steps: sampling.steps)
    let all = sampler.start(of: .toy([.a]), count: 1 << 12, seed: seed)
    let start = ToyCloseUp.thinned(all).map { all[$0] }
    func paths(_ guidance: ToySampler.Guidance, _ name: String) throws -> [[SIMD2<Double>]] {
      let steps = try sampler.trajectories(from: start, guidance) { step in
        report("Figure 2: \(name)  \(step)/\(sampling.steps)")
      }
      return start.indices.map { index in steps.map { $0[index] } }
    }
    func field(_ model: any DensityModel) throws -> ToyCloseUp.Field {
      let x = start.map { SIMD2(Float($0.x), Float($0.y)) }
      let scores = try model.evaluate(
        x, sigma: [Float](repeating: Float(sigma), count: x.count)
      ).scores
      return ToyCloseUp.Field(
        logDensity: try Self.grid(model, view, sigma: sigma), points: start,
        scores: scores.map { SIMD2(Double($0.x), Double($0.y)) })
    }
    var figure = ToyCloseUp(truth: try Self.grid(truth(.a), view, sigma: 0))
    figure.unguided = try paths(ToySampler.Guidance(models.main), "no guidance")
    figure.guided = try paths(
      ToySampler.Guidance(models.main, guide: models.weak, weight: sampling.guidance),
      "autoguidance")
    figure.guidedDetail = "w = \(Units.number(sampling.guidance))"
    figure.main = try field(models.main)
    figure.weak = try field(models.weak)
    return figure.plot(sigma: sigma)
  }
}
