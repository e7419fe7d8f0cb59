import ArgumentParser
import GuidedDiffusion

/// Features of pictures by Inception-v3 or DINOv2.
struct FeaturesCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "features", abstract: "Time the features of pictures by Inception-v3 or DINOv2.",
    discussion: "From pixels on the host to features on the host.")

  @Option(
    help: "Weights of either network. (default: what scripts/fetch-inception fetched)")
  var network: String?

  @Option(help: "Batch sizes, separated by commas.")
  var batch = BatchSizes([8])

  @Option(help: "Width and height of the pictures, which have three channels.")
  var edge = 32

  @OptionGroup var pass: PassOptions

  func validate() throws {
    try pass.check(batch)
    guard 1...4096 ~= edge else { throw ValidationError("--edge is \(edge): 1 to 4096") }
  }

  func run() async throws {
    let context = try pass.device.context()
    let network = try Self.network(network ?? InceptionV3.defaultPath)
    let graph = network.graph(height: edge, width: edge, channels: 3)
    for batch in batch.sizes {
      let executable = try OpenCLExecutable(
        compiling: graph, parameters: network.parameters, outputs: ["features"],
        capacity: batch, table: .cpu(pass.device.accuracy), on: context)
      let size = edge * edge * 3
      let images = Tensor(
        shape: [batch, edge, edge, 3],
        elements: (0..<batch * size).map { Float($0 &* 7919 & 255) })
      let subject = Subject(
        name: network is DINOv2 ? "dinov2" : "inception-v3", batch: batch,
        operations: 2 * Double(executable.multiplyAdds * batch), images: batch
      ) { _ = try executable.run(["images": images]) }
      try await pass.measure(subject, executable, on: context)
    }
  }

  private static func network(_ path: String) throws -> any FeatureNetwork {
    let isTransformer = try Checkpoint.open(path).tensors["pos_embed"] != nil
    return isTransformer ? try DINOv2(path) : try InceptionV3(path)
  }
}
