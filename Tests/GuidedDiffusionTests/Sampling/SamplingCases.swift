import Testing

@testable import GuidedDiffusion

/// A recorded run of the official sampler: which networks, which settings, which result.
struct SamplingCase: CustomTestStringConvertible, Sendable {
  let file: String
  let tensor: String
  let main: String
  let guide: String?
  let settings: SamplerSettings

  var testDescription: String { "\(tensor) of \(file)" }

  /// All recorded runs.
  static let all: [SamplingCase] = [
    tiny("unguided.steps4") { $0.steps = 4 },
    tiny("unguided.steps18") { $0.steps = 18 },
    tiny("autoguidance.w2.1.steps4", guide: "tiny-weak", 2.1) { $0.steps = 4 },
    tiny("autoguidance.w2.1.steps18", guide: "tiny-weak", 2.1) { $0.steps = 18 },
    tiny("autoguidance.w2.1.steps18.float64", guide: "tiny-weak", 2.1) {
      $0.steps = 18
      $0.precision = .float64
    },
    tiny("uncond-guidance.w1.4.steps4", guide: "tiny-uncond", 1.4) { $0.steps = 4 },
    tiny("uncond-guidance.w1.4.steps18", guide: "tiny-uncond", 1.4) { $0.steps = 18 },
    tiny("autoguidance.w3.steps8.rho5.smax20.smin0.01", guide: "tiny-weak", 3) {
      ($0.steps, $0.rho, $0.sigmaMin, $0.sigmaMax) = (8, 5, 0.01, 20)
    },
    tiny("churn.w2.1.steps8", guide: "tiny-weak", 2.1) {
      $0.steps = 8
      ($0.churn.amount, $0.churn.noise) = (10, 1.003)
      ($0.churn.sigmaMin, $0.churn.sigmaMax) = (0.05, 20)
    },
    fashion("latents.w1.0", 1),
    fashion("latents.w2.0", 2),
  ]

  private static func tiny(
    _ tensor: String, guide: String? = nil, _ weight: Double = 1,
    _ change: (inout SamplerSettings) -> Void
  ) -> SamplingCase {
    var settings = SamplerSettings()
    if guide != nil { settings.guidance = [weight] }
    change(&settings)
    return SamplingCase(
      file: "sampling", tensor: tensor, main: "tiny-cond", guide: guide, settings: settings)
  }

  private static func fashion(_ tensor: String, _ weight: Double) -> SamplingCase {
    var settings = SamplerSettings()
    (settings.steps, settings.guidance, settings.noise) = (18, [weight], .cpu)
    return SamplingCase(
      file: "fashion.sampling", tensor: tensor, main: "fashion-main", guide: "fashion-weak",
      settings: settings)
  }

  /// Main network and guides.
  func networks() throws -> (main: EDM2Network, guides: [EDM2Network]) {
    func load(_ name: String) throws -> EDM2Network {
      try EDM2Network(Fixture.path("\(name).pkl"))
    }
    return (try load(main), try [guide].compactMap(\.self).map(load))
  }

  /// Runs the case and compares with what was recorded: relative error 1e-3 at most, and of the
  /// bytes at least the given part equal, none off by more than 1.
  ///
  /// - Parameters:
  ///   - equalBytes: smallest part of equal bytes.
  ///   - plans: makes the plans to check for main network and guides.
  /// - Throws: what making or running the plans throws.
  func check(
    equalBytes: Double = 0.999, _ plans: (EDM2Network, [EDM2Network]) throws -> any PlanFactory
  ) throws {
    let (main, guides) = try networks()
    let factory = try plans(main, guides)
    switch settings.precision {
    case .float32: try check(factory, state: Float.self, equalBytes: equalBytes)
    case .float64: try check(factory, state: Double.self, equalBytes: equalBytes)
    }
  }

  private func check<State: SamplerScalar>(
    _ factory: any PlanFactory, state: State.Type, equalBytes: Double
  ) throws {
    let shape = factory.imageShape
    let noise = try recorded("noise", shape)
    let classes = try recordedClasses()
    let plan = try factory.makePlan(capacity: classes.count, state: state)
    // Drawn noise is of the state's type; what was recorded is fp32 in every case.
    var draws = settings.churn.amount > 0 ? try recorded("churn.draws", shape)[...] : []
    let result = try HeunSampler<State>(settings).sample(
      plan, noise: noise.map { Float($0) }, classes: classes
    ) {
      defer { draws = draws.dropFirst(noise.count) }
      return draws.prefix(noise.count).map { State($0) }
    }
    #expect(draws.isEmpty)
    let expected = try recorded(tensor, shape)
    let error = relativeError(result, expected)
    #expect(error <= 1e-3, "\(testDescription): \(error)")
    let bytes = zip(result, expected).map {
      (Int(decodedPixel(Float($0))), Int(decodedPixel(Float($1))))
    }
    let equal = bytes.filter { $0 == $1 }.count
    #expect(Double(equal) >= equalBytes * Double(bytes.count), "\(equal) of \(bytes.count)")
    #expect(bytes.allSatisfy { abs($0 - $1) <= 1 })
  }

  /// A recorded tensor `[..., C, H, W]` as `[..., H, W, C]`.
  private func recorded(_ name: String, _ shape: Shape) throws -> [Double] {
    let values = try Fixture.elements(name, of: "\(file).safetensors", as: Double.self)
    let (channels, pixels) = (shape.channels, shape.rows)
    return values.indices.map { index in
      let (image, element) = (index / shape.count, index % shape.count)
      return values[image * shape.count + element % channels * pixels + element / channels]
    }
  }

  private func recordedClasses() throws -> [Int] {
    if file == "fashion.sampling" {
      return try Fixture.elements("labels", of: "\(file).safetensors", as: Double.self)
        .map { Int($0) }
    }
    let labels = try Fixture.elements("class_labels", of: "\(file).safetensors", as: Float.self)
    return stride(from: 0, to: labels.count, by: 10).map { start in
      labels[start..<start + 10].firstIndex { $0 != 0 }.map { $0 - start } ?? 0
    }
  }
}
