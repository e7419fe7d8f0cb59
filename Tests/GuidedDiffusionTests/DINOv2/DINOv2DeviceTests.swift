import Testing

@testable import GuidedDiffusion

extension OnDevice {
  /// The small network on the device.
  @Suite("DINOv2, OpenCL") struct DINOv2DeviceTests {
    @Test(
      "features agree with PyTorch", arguments: ["noise64", "gradient512"], TestedKernels.all)
    func features(name: String, tested: TestedKernels) throws {
      let images = try Self.images(name)
      let file = DINOv2Tests.file
      let expected = try Fixture.elements("\(name).features", of: file, as: Double.self)
      #expect(try tested.error(Self.run(images, tested), expected) <= 1)
    }

    @Test("bits of an image's features do not depend on its company", arguments: TestedKernels.all)
    func company(tested: TestedKernels) throws {
      let images = try Self.images("noise64")
      let both = try Self.run(images, tested)
      let count = images.elements.count / 2
      let second = Tensor(
        shape: [1] + images.shape.dropFirst(), elements: Array(images.elements[count...]))
      #expect(try Self.run(second, tested) == Array(both[(both.count / 2)...]))
    }

    private static func images(_ name: String) throws -> Tensor<Double> {
      try InceptionTests.channelsLast(
        #require(Fixture.safetensors(DINOv2Tests.file)["\(name).images"]))
    }

    private static func run(_ images: Tensor<Double>, _ tested: TestedKernels) throws -> [Float] {
      let (network, shape) = (try DINOv2Tests.network, images.shape)
      let executable = try OpenCLExecutable(
        compiling: network.graph(height: shape[1], width: shape[2], channels: shape[3]),
        parameters: network.parameters, outputs: ["features"], capacity: shape[0],
        options: tested.options, on: OnDevice.context(), isolated: false)
      let floats = Tensor(shape: shape, elements: images.elements.map { Float($0) })
      return try executable.run(["images": floats])["features"]?.elements ?? []
    }
  }
}
