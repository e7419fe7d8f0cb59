import ArgumentParser
import GuidedDiffusion

/// Whole images: noise, all steps of both networks, decoding.
struct ImagesCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "images", abstract: "Time guided images, a batch at a time, from seed to pixels.")

  @Option(help: "Main network, a file; the embedded pair without it.")
  var net: String?

  @Option(help: "Guide, a file.")
  var gnet: String?

  @Option(help: "Number of images computed at once.")
  var batch = 16

  @Option(help: "Number of Heun steps.")
  var steps = 32

  @Option(help: "Guidance weight; 1 leaves the guide out.")
  var guidance = 2.0

  @OptionGroup var driver: InteractiveOption
  @OptionGroup var options: DeviceOptions

  func validate() throws {
    if batch < 1 { throw ValidationError("--batch is \(batch): give 1 or more") }
    if (net == nil) != (gnet == nil) {
      throw ValidationError("give both --net and --gnet, or none for the embedded pair")
    }
  }

  func run() async throws {
    let context = try options.context()
    let embedded = try EDM2Network.embedded
    let main = try net.map { try EDM2Network($0) } ?? embedded.main
    let guide = try gnet.map { try EDM2Network($0) } ?? embedded.guide
    var settings = SamplerSettings()
    settings.steps = steps
    settings.guidance = [guidance]
    let sampler = Sampler(
      main: main, guides: [guide], settings: settings, device: .openCL(context.device),
      batch: batch)
    try sampler.validate()
    let networks = guidance == 1 ? [main] : [main, guide]
    let cost = networks.map { PreconditionedNetwork($0).graph.multiplyAdds }.reduce(0, +)
    let count = batch
    let subject = Subject(
      name: "\(main.fileName) + \(guide.fileName), \(steps) steps", batch: batch,
      operations: 2 * Double(cost * (2 * steps - 1) * batch), images: batch
    ) {
      for try await image in sampler.images(seeds: 0..<count) { _ = image.picture }
    }
    if driver.interactive {
      try await Interactive(subject: subject, context: context).serve()
    } else {
      try await options.report(subject, on: context)
    }
  }
}
