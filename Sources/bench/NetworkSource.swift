import ArgumentParser
import Foundation
import GuidedDiffusion

/// A network by published name, with random weights, or from a file.
struct NetworkSource {
  let network: PreconditionedNetwork

  init(_ name: String) throws {
    if let configuration = EDM2Configuration.published(name),
      !FileManager.default.fileExists(atPath: name)
    {
      network = PreconditionedNetwork(configuration, parameters: RandomParameters(seed: 1))
    } else {
      network = PreconditionedNetwork(try EDM2Network(name))
    }
  }
}
