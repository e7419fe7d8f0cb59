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

extension PreconditionedNetwork {
  /// Random images at noise level 1, class after class.
  func exampleInputs(batch: Int) -> [String: Tensor<Float>] {
    var inputs = [
      "x": Tensor<Float>(
        shape: [batch] + imageShape.dimensions,
        elements: RandomParameters(seed: 2).elements(
          of: "x", shape: .fixed(batch * imageShape.count),
          as: Float.self)),
      "sigma": Tensor(shape: [batch, 1], elements: [Float](repeating: 1, count: batch)),
    ]
    if labelCount > 0 {
      var labels = [Float](repeating: 0, count: batch * labelCount)
      for image in 0..<batch { labels[image * labelCount + image % labelCount] = 1 }
      inputs["labels"] = Tensor(shape: [batch, labelCount], elements: labels)
    }
    return inputs
  }
}
