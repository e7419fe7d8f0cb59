import ArgumentParser
import Foundation
import GuidedDiffusion

/// Which networks draw, and how strongly they are guided.
struct NetworkOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Networks and settings of a published result (see 'autoguide presets').", valueName: "name"))
  var preset: String?

  @Option(
    help: ArgumentHelp("Main network; the built-in pair if none is named.", valueName: "file"),
    completion: .file())
  var net: String?

  @Option(
    help: ArgumentHelp("Guiding network; may be given several times.", valueName: "file"),
    completion: .file())
  var gnet: [String] = []

  init() {}

  /// Options as another command has them.
  init(preset: String?, net: String?, gnet: [String]) {
    self.preset = preset
    self.net = net
    self.gnet = gnet
  }

  /// Networks with the settings that belong to them.
  struct Loaded {
    var title: String
    var main: EDM2Network
    var guides: [EDM2Network]
    var settings = SamplerSettings()

    /// The weights asked for, else the preset's, else no guidance.
    func weights(_ asked: Weights?) -> [Double] {
      if let asked {
        // Without guides, a weight of 1 asks for nothing.
        return guides.isEmpty && asked.values == [1] ? [] : asked.values
      }
      let preset = settings.guidance
      return preset.isEmpty ? Array(repeating: 1, count: guides.count) : preset
    }
  }

  /// Reads the networks.
  ///
  /// - Returns: them and the preset's settings, or the defaults with no weights.
  /// - Throws: what is wrong with a file; ``SettingsError`` for options that do not fit.
  func load() throws -> Loaded {
    if let preset { return try load(Preset.named(preset)) }
    guard let net else {
      guard gnet.isEmpty else {
        throw SettingsError("--gnet needs --net: name the main network, too")
      }
      let pair = try EDM2Network.embedded
      return Loaded(title: "The built-in pair", main: pair.main, guides: [pair.guide])
    }
    let main = try EDM2Network(net)
    return Loaded(
      title: main.fileName, main: main, guides: try gnet.map { try EDM2Network($0) })
  }

  private func load(_ preset: Preset) throws -> Loaded {
    let isComplete = net != nil && (!gnet.isEmpty || preset.guide == nil)
    let files = isComplete ? nil : try located(preset)
    let guides = gnet.isEmpty ? files?.guide.map { [$0.path] } ?? [] : gnet
    guard let main = net ?? files?.main.path else { preconditionFailure("no main network") }
    return Loaded(
      title: preset.name, main: try EDM2Network(main),
      guides: try guides.map { try EDM2Network($0) }, settings: preset.settings)
  }

  private func located(_ preset: Preset) throws(Failure) -> Preset.Files {
    do { return try preset.locate() } catch { throw Failure(error.description) }
  }
}

extension Sampler {
  /// Checks networks, settings and class: networks that do not fit each other are a failure, the
  /// others wrong usage.
  func check(classIndex: Int?) throws {
    do { try plans.validate() } catch { throw Failure(error.description) }
    try validate(classIndex: classIndex)
  }
}

/// A failure that is not wrong usage, in one line.
struct Failure: Error, CustomStringConvertible {
  let description: String

  init(_ description: String) { self.description = description }
}
