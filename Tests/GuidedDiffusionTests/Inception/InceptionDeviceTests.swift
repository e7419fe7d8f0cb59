import Foundation
import Testing

@testable import GuidedDiffusion

extension OnDevice {
  /// Inception-v3 on the device: the small network, and the published one where it has been fetched.
  @Suite("Inception-v3, OpenCL") struct InceptionDeviceTests {
    @Test(
      "features agree with PyTorch in fp64", arguments: ["small", "wide", "grey"],
      TestedKernels.all)
    func features(name: String, tested: TestedKernels) throws {
      let network = try InceptionV3(Fixture.path("tiny-inception.pt"))
      let (images, expected) = try InceptionTests.vectors(name)
      #expect(try tested.error(Self.run(network, images, tested), expected) <= 1)
    }

    @Test("bits of an image's features do not depend on its company", arguments: TestedKernels.all)
    func company(tested: TestedKernels) throws {
      let network = try InceptionV3(Fixture.path("tiny-inception.pt"))
      let (images, _) = try InceptionTests.vectors("small")
      let both = try Self.run(network, images, tested)
      let count = images.elements.count / 2
      let second = Tensor(
        shape: [1] + images.shape.dropFirst(), elements: Array(images.elements[count...]))
      #expect(try Self.run(network, second, tested) == Array(both[network.featureCount...]))
    }

    @Test(
      "features of the published network agree with the recorded ones",
      .enabled(
        if: PublishedInception.isThere,
        "skipped: scripts/fetch-inception has not fetched the published weights"),
      arguments: ["fashion32", "noise64", "gradient512"])
    func published(name: String) throws {
      let network = try InceptionV3(InceptionV3.defaultPath)
      #expect(network.featureCount == 2048)
      let file = "inception.safetensors"
      let images = try InceptionTests.channelsLast(
        #require(Fixture.safetensors(file)["\(name).images"]))
      let expected = try Fixture.elements("\(name).features", of: file, as: Double.self)
      #expect(try relativeError(Self.run(network, images, .cpu), expected) < 1e-4)
    }

    private static func run(
      _ network: InceptionV3, _ images: Tensor<Double>, _ tested: TestedKernels
    ) throws -> [Float] {
      let shape = images.shape
      let graph = network.graph(height: shape[1], width: shape[2], channels: shape[3])
      let executable = try OpenCLExecutable(
        compiling: graph, parameters: network.parameters, outputs: ["features"],
        capacity: shape[0], options: tested.options, on: OnDevice.context(), isolated: false)
      let floats = Tensor(shape: shape, elements: images.elements.map { Float($0) })
      return try executable.run(["images": floats])["features"]?.elements ?? []
    }
  }
}

/// The published weights in the cache.
enum PublishedInception {
  static var isThere: Bool { FileManager.default.fileExists(atPath: InceptionV3.defaultPath) }
}
