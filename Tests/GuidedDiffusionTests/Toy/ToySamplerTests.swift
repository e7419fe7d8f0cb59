import Testing

@testable import GuidedDiffusion

/// The random networks of `toy.safetensors`.
extension ToyReference {
  static func network(_ name: String, features: Int) throws -> ToyNetwork {
    let configuration = ToyMLP(features: features)
    var parameters: [String: [Float]] = [:]
    for (parameter, _) in configuration.graph().parameters {
      parameters[parameter] = try elements("\(name).\(parameter)").map { Float($0) }
    }
    return ToyNetwork(configuration, parameters: parameters)
  }

  /// Compares the recorded trajectories, unguided and with w = 3.
  static func checkTrajectories(on context: Context?) throws {
    let main = try ToyDensity(network("main", features: 64), on: context)
    let weak = try ToyDensity(network("weak", features: 32), on: context)
    let start = try points("x_init").map { SIMD2(Double($0.x), Double($0.y)) }
    let sampler = ToySampler()
    for (name, guidance) in [
      ("traj.unguided", ToySampler.Guidance(main)),
      ("traj.w3", ToySampler.Guidance(main, guide: weak, weight: 3)),
    ] {
      let trajectories = try sampler.trajectories(from: start, guidance)
      #expect(trajectories.count == 33)
      let error = relativeError(
        trajectories.flatMap { $0.flatMap { [$0.x, $0.y] } }, try elements(name))
      #expect(error < 1e-4, "\(name): \(error)")
    }
  }
}

@Suite("sampling of the 2D example") struct ToySamplerTests {
  @Test("a network in an official pickle")
  func pickle() throws {
    let network = try ToyNetwork(Fixture.path("toy-network.pkl"))
    #expect(network.configuration == ToyMLP(features: 8, layers: 2))
    #expect(network.parameters["gain"] == [0.25])
    // `torch.manual_seed(0); torch.randn(8, 4)`.
    let weights = try #require(network.parameters["layers.0.weight"])
    var generator = CPUGenerator(seed: 0)
    #expect(relativeError(weights, generator.floatNormals(32)) < 1e-5)
  }

  @Test("trajectories, guided and not, on the fallback")
  func trajectories() throws { try ToyReference.checkTrajectories(on: nil) }

  @Test("with the true score, samples are those of the truth")
  func truth() throws {
    let truth = GaussianMixture.toy([.a])
    let sampler = ToySampler()
    let start = sampler.start(of: truth, count: 512, seed: 1)
    let samples = try sampler.samples(from: start, ToySampler.Guidance(truth))
    let evaluation = try ToyEvaluation(truth, on: nil, count: 512, seed: 2)
    let metrics = try evaluation.metrics(of: samples)
    let noise = sampler.start(of: truth, count: 512, seed: 3)
    let bad = try evaluation.metrics(of: noise)
    #expect(metrics.energyDistance < 0.02 && bad.energyDistance > 0.5)
    #expect(metrics.outliers < 0.03 && bad.outliers > 0.9)
    #expect(metrics.meanLogDensity > 0 && bad.meanLogDensity < -100)
    #expect(metrics.coverage > 0.3 && bad.coverage < 0.2)
  }
}

extension OnDevice {
  @Suite("the 2D example") struct ToyDeviceTests {
    @Test("trajectories, guided and not")
    func trajectories() throws {
      try ToyReference.checkTrajectories(on: OnDevice.context())
    }

    @Test("a training gives the same bits twice, stopped or not, and its file is its network")
    func training() throws {
      var training = ToyTraining.weak
      (training.network.features, training.iterations, training.batch) = (16, 20, 256)
      let context = try OnDevice.context()
      func network(stoppingAt stop: Int?) throws -> ToyNetwork {
        var state = training.initialState
        if let stop {
          let trainer = try training.trainer(from: state, on: context)
          #expect(try training.run(trainer, on: context) { step, _ in step < stop } == nil)
          state = try trainer.state()
        }
        let trainer = try training.trainer(from: state, on: context)
        return try #require(try training.run(trainer, on: context) { _, _ in true })
      }
      let whole = try network(stoppingAt: nil)
      #expect(try network(stoppingAt: nil).parameters == whole.parameters)
      #expect(try network(stoppingAt: 7).parameters == whole.parameters)
      try Fixture.withTemporaryFolder { folder in
        try whole.write(to: folder + "/weak.safetensors")
        let read = try ToyNetwork(folder + "/weak.safetensors")
        #expect(read.parameters == whole.parameters && read.configuration == training.network)
        #expect(read.training["iterations"] == "20")
      }
      #expect(throws: CheckpointError.self) { try ToyNetwork(Fixture.path("tiny-cond.pkl")) }
    }
  }
}
