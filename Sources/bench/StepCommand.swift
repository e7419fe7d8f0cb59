import ArgumentParser
import Foundation
import GuidedDiffusion

/// One guided evaluation: main network, guide and the fused step.
struct StepCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "step", abstract: "Time one guided evaluation of a pair of networks.",
    discussion: """
      The overhead is what the guided evaluation costs beyond the two networks, each run alone in
      turns with it. Launches are what the evaluation takes beyond the kernels' own times, packing
      the kernels that only bring numbers into another order, both as parts of the evaluation.
      """)

  @Option(help: "Main network: a published name (random weights), or a file.")
  var net: String?

  @Option(help: "Guide: a published name (random weights), or a file.")
  var gnet: String?

  @Option(help: "Networks of a published result (see `autoguide presets`).")
  var preset: String?

  @Flag(help: "With --preset: random weights instead of the files.")
  var randomWeights = false

  @Option(help: "Number of images.")
  var batch = 1

  @OptionGroup var options: DeviceOptions

  func validate() throws {
    if batch < 1 { throw ValidationError("--batch is \(batch): give 1 or more") }
    guard (preset == nil) == (net != nil), (net == nil) == (gnet == nil) else {
      throw ValidationError("give --net and --gnet, or --preset")
    }
  }

  func run() async throws {
    let (main, guide) = try names()
    let context = try options.context()
    let step = try prepare(main, guide, on: context)
    let peak = try FMAPeak(on: context)
    var (guided, overheads, peaks): ([Double], [Double], [Double]) = ([], [], [])
    var (outside, packing, launches): ([Double], [Double], Int) = ([], [], 0)
    for turn in 0...options.repeats {
      let pair = try await time(step.guided)
      let alone = try await time(step.mainAlone) + time(step.guideAlone)
      let profile = try step.profile()
      let speed = try peak.measure()
      if turn == 0 { continue }  // warms up
      guided.append(pair)
      overheads.append(pair / alone - 1)
      peaks.append(speed)
      outside.append(1 - profile.map(\.seconds).reduce(0, +) / pair)
      packing.append(profile.filter(\.isPacking).map(\.seconds).reduce(0, +) / pair)
      launches = profile.count
    }
    let subject = Subject(
      name: preset ?? "\(main) + \(guide)", batch: batch, operations: step.operations,
      run: step.guided)
    let measurement = Measurement(seconds: guided, peaks: peaks, operations: step.operations)
    var report = Report(subject, measurement, on: context.device)
    report.overhead = median(overheads)
    report.launches = launches
    report.launchShare = median(outside)
    report.packingShare = median(packing)
    try report.show(json: options.json)
  }

  private func median(_ values: [Double]) -> Double { values.sorted()[values.count / 2] }

  /// The networks compiled.
  private func prepare(
    _ main: String, _ guide: String, on context: Context
  ) throws -> GuidedStep {
    let networks = (main: try NetworkSource(main).network, guide: try NetworkSource(guide).network)
    guard networks.main.imageShape == networks.guide.imageShape else {
      throw ValidationError(
        "\(guide) makes images \(networks.guide.imageShape), \(main) \(networks.main.imageShape): "
          + "a guide must make the same")
    }
    return try GuidedStep(
      main: networks.main, guide: networks.guide, batch: batch,
      options: OpenCLOptions(table: .cpu(options.accuracy)), on: context)
  }

  /// Names or files of main network and guide.
  private func names() throws -> (main: String, guide: String) {
    if let net, let gnet { return (net, gnet) }
    let preset = try Preset.named(preset ?? "")
    guard let guide = preset.guide else {
      throw ValidationError("preset \(preset.name) has no guide: give one with autoguidance")
    }
    if randomWeights { return (preset.main.model, guide.model) }
    let files = try preset.locate()
    return (files.main.path, files.guide?.path ?? "")
  }
}

/// A pair as one plan, and each network in a plan of its own.
private struct GuidedStep {
  let operations: Double
  private let pair: OpenCLPlan<Float>
  private let guide: OpenCLPlan<Float>

  init(
    main: PreconditionedNetwork, guide: PreconditionedNetwork, batch: Int,
    options: OpenCLOptions, on context: Context
  ) throws {
    pair = try OpenCLPlan(
      main: main, guides: [guide], capacity: batch, options: options, on: context)
    self.guide = try OpenCLPlan(main: guide, capacity: batch, options: options, on: context)
    operations = 2 * Double(batch * pair.multiplyAdds)
    let state = [Float](repeating: 1, count: batch * main.imageShape.count)
    for plan in [pair, self.guide] { try plan.begin(x: state, classes: nil) }
  }

  func guided() throws { try step(pair, weights: [2]) }
  func mainAlone() throws { try step(pair, weights: nil) }
  func profile() throws -> [OpenCLExecutable.LaunchTime] { try pair.profile() }
  func guideAlone() throws { try step(guide, weights: nil) }

  private func step(_ plan: OpenCLPlan<Float>, weights: [Double]?) throws {
    try plan.euler(from: 1, to: 1, weights: weights)
    try plan.wait()
  }
}
