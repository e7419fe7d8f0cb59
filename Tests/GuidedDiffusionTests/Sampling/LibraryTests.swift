import Testing

@testable import GuidedDiffusion

@Suite("Library in ten lines") struct LibraryTests {
  /// The lines that stand in the README.
  @Test("two networks, a loop over images")
  func tenLines() async throws {
    let main = try EDM2Network(Fixture.path("fashion-main.pkl"))
    let guide = try EDM2Network(Fixture.path("fashion-weak.pkl"))
    var pictures: [[UInt8]] = []
    let sampler = Sampler(main: main, guide: guide, guidance: 2, device: .fallback)
    for try await image in sampler.images(seeds: 0..<2) {
      pictures.append(image.picture)
    }
    #expect(pictures.count == 2 && pictures[0].count == 32 * 32 && pictures[0] != pictures[1])
  }

  @Test("seeds give the official images and classes", arguments: [1.0, 2.0])
  func seeds(weight: Double) async throws {
    var settings = SamplerSettings()
    (settings.steps, settings.noise, settings.guidance) = (18, .cpu, [weight])
    let sampler = Sampler(
      main: try EDM2Network(Fixture.path("fashion-main.pkl")),
      guides: [try EDM2Network(Fixture.path("fashion-weak.pkl"))], settings: settings,
      device: .fallback, batch: 3)
    var images: [SampledImage] = []
    for try await image in sampler.images(seeds: 0..<4) { images.append(image) }
    func recorded(_ name: String) throws -> [Int] {
      try Fixture.elements(name, of: "fashion.sampling.safetensors", as: Double.self)
        .map { Int($0) }
    }
    #expect(try images.map(\.classIndex) == recorded("labels"))
    let differences = zip(images.flatMap(\.picture), try recorded("images.w\(weight)"))
      .map { abs(Int($0) - $1) }
    #expect(differences.count == 4 * 32 * 32)
    #expect(differences.allSatisfy { $0 <= 1 })
    #expect(Double(differences.filter { $0 != 0 }.count) <= 0.001 * Double(differences.count))
  }

  @Test("a recipe names networks, seed, class and settings")
  func recipe() async throws {
    let main = try EDM2Network(Fixture.path("fashion-main.pkl"))
    let weak = try EDM2Network(Fixture.path("fashion-weak.pkl"))
    var settings = SamplerSettings()
    (settings.steps, settings.guidance) = (2, [1, 1.5])
    let sampler = Sampler(
      main: main, guides: [main, weak], settings: settings, device: .fallback)
    for try await image in sampler.images(seeds: [5], classIndex: 3) {
      let recipe = sampler.recipe(of: image)
      #expect(recipe.main == .init(sha256: main.sha256, name: "fashion-main.pkl"))
      #expect(recipe.guides == [.init(sha256: weak.sha256, name: "fashion-weak.pkl")])
      #expect(recipe.settings.guidance == [1.5])
      #expect((recipe.seed, recipe.classIndex, recipe.device) == (5, 3, "fallback"))
      #expect(try Recipe(text: recipe.text) == recipe)
    }
  }

  @Test("networks that do not fit have their line")
  func misfits() throws {
    let fashion = try EDM2Network(Fixture.path("fashion-main.pkl"))
    let tiny = try EDM2Network(Fixture.path("tiny-cond.pkl"))
    let sampler = Sampler(main: fashion, guide: tiny, guidance: 2, device: .fallback)
    let error = #expect(throws: SettingsError.self) { try sampler.validate() }
    #expect(
      error?.description
        == "tiny-cond.pkl makes images of 16x16x3, fashion-main.pkl of 32x32x1: "
        + "a guide must make the same")
  }

  @Test("a network of latents gives raw latents and a preview")
  func latents() async throws {
    var settings = SamplerSettings()
    settings.steps = 2
    let sampler = Sampler(
      main: try EDM2Network(Fixture.path("small-latent.pkl")), settings: settings,
      device: .fallback)
    for try await image in sampler.images(seeds: [7]) {
      let raw = try #require(image.rawLatents)
      #expect(raw.count == 4 * 32 * 32 && raw.allSatisfy(\.isFinite))
      #expect(image.picture.count == 32 * 32 * 3)
      #expect(NPY.encode(raw, shape: [4, 32, 32]).count == 128 + 4 * raw.count)
    }
  }
}
