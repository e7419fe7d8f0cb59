import ArgumentParser
import GuidedDiffusion

/// Pictures of latents by the decoder of an autoencoder.
struct LatentsCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "latents", abstract: "Time the decoding of latents to pictures.",
    discussion: "From latents on the host to an image on the host.")

  @Option(help: "Autoencoder: a Hugging Face folder or a file. (default: the one in the cache)")
  var vae: String?

  @Option(help: "Batch sizes, separated by commas.")
  var batch = BatchSizes([1])

  @Option(help: "Width and height of the latents: an eighth of the pictures'.")
  var edge = 64

  @OptionGroup var pass: PassOptions

  func validate() throws {
    try pass.check(batch)
    guard 1...512 ~= edge else { throw ValidationError("--edge is \(edge): 1 to 512") }
  }

  func run() async throws {
    let context = try pass.device.context()
    let vae = try VAE(vae ?? VAE.defaultPath)
    for batch in batch.sizes { try await measure(vae, batch: batch, on: context) }
  }

  private func measure(_ vae: VAE, batch: Int, on context: Context) async throws {
    let channels = vae.decoder?.latentChannels ?? 0
    let executable = try OpenCLExecutable(
      compiling: vae.decoderGraph(height: edge, width: edge), parameters: vae.parameters,
      outputs: ["image"], capacity: batch, table: .cpu(pass.device.accuracy), on: context)
    let latents = Tensor(
      shape: [batch, edge, edge, channels],
      elements: (0..<batch * edge * edge * channels).map { Float($0 &* 7919 & 255) / 64 - 2 })
    let subject = Subject(
      name: "\(vae.fileName) @\(edge)", batch: batch,
      operations: 2 * Double(executable.multiplyAdds * batch), images: batch
    ) { _ = try executable.run(["latents": latents]) }
    try await pass.measure(subject, executable, on: context)
    if pass.driver.interactive { return }
    let memory = executable.memory
    print("weights \(memory.weights >> 20) MiB, activations \(memory.activations >> 20) MiB")
  }
}
