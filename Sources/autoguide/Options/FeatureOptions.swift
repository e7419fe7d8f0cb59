import ArgumentParser
import Foundation
import GuidedDiffusion

/// Which network makes the features that are compared.
struct FeatureOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Weights of Inception-v3 (2015-12-05). (default: what scripts/fetch-inception fetched)",
      valueName: "file"), completion: .file())
  var inception: String?

  @Option(help: ArgumentHelp("Most pictures whose features are computed at once.", valueName: "n"))
  var featureBatch = 8

  func validate() throws {
    guard 1...4096 ~= featureBatch else {
      throw ValidationError("--feature-batch is \(featureBatch): give a number from 1 to 4096")
    }
  }

  /// The network on a device.
  func extractor(
    on device: ComputeDevice, _ compilation: CompilationOptions
  ) throws -> FeatureExtractor {
    let options = try compilation.options(for: device, quiet: true)
    return try FeatureExtractor(
      network(), device: device, table: options.table, batch: featureBatch)
  }

  private func network() throws -> InceptionV3 {
    let path = inception ?? InceptionV3.defaultPath
    guard inception != nil || isRegularFile(path) else {
      throw Failure(
        "the weights of Inception-v3 are not there: scripts/fetch-inception fetches them (87 MB) "
          + "to \(path), or name a file by --inception")
    }
    return try InceptionV3(path)
  }
}
