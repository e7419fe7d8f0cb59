import Testing

@testable import GuidedDiffusion

extension OnDevice {
  /// The small network on the device.
  @Suite("DINOv2, OpenCL") struct DINOv2DeviceTests {
    @Test("features agree with PyTorch", arguments: ["noise64", "gradient512"])
    func features(name: String) throws {
      let images = try Self.images(name)
      let file = DINOv2Tests.file
      let expected = try Fixture.elements("\(name).features", of: file, as: Double.self)
      #expect(try relativeError(Self.run(images), expected) < 1e-4)
    }

    @Test("bits of an image's features do not depend on its company")
    func company() throws {
      let images = try Self.images("noise64")
      let both = try Self.run(images)
      let count = images.elements.count / 2
      let second = Tensor(
        shape: [1] + images.shape.dropFirst(), elements: Array(images.elements[count...]))
      #expect(try Self.run(second) == Array(both[(both.count / 2)...]))
    }

    private static func images(_ name: String) throws -> Tensor<Double> {
      try InceptionTests.channelsLast(
        #require(Fixture.safetensors(DINOv2Tests.file)["\(name).images"]))
    }

    private static func run(_ images: Tensor<Double>) throws -> [Float] {
      let (network, shape) = (try DINOv2Tests.network, images.shape)
      let executable = try OpenCLExecutable(
        compiling: network.graph(height: shape[1], width: shape[2], channels: shape[3]),
        parameters: network.parameters, outputs: ["features"], capacity: shape[0],
        on: OnDevice.context())
      let floats = Tensor(shape: shape, elements: images.elements.map { Float($0) })
      return try executable.run(["images": floats])["features"]?.elements ?? []
    }
  }
}
