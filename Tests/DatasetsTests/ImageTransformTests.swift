import Figures
import Testing

@testable import Datasets

@Suite struct TransformTests {
  private func fixture(_ name: String) throws -> Picture {
    try PNG.decode(TestFolder.fixture("\(name).png")).picture
  }

  @Test func everyFilterGivesPILsPixels() throws {
    let source = try fixture("source")
    #expect(try source.resized(width: 64, height: 64, .lanczos) == fixture("scale"))
    for (transform, width, height) in [
      (ImageTransform.centerCrop, 32, 32), (.centerCropWide, 64, 32), (.centerCropDhariwal, 16, 16),
    ] {
      #expect(
        try transform.apply(to: source, width: width, height: height)
          == fixture(transform.rawValue), "\(transform)")
    }
  }

  @Test func edgeCases() throws {
    let grey = Picture(width: 3, height: 2, channels: 1, pixels: [1, 2, 3, 4, 5, 6])
    #expect(
      ImageTransform.pad.apply(to: grey, width: 4, height: 4)?.pixels
        == [0, 0, 0, 0, 1, 2, 3, 0, 4, 5, 6, 0, 0, 0, 0, 0])
    #expect(ImageTransform.pad.apply(to: grey, width: 2, height: 2) == nil)
    #expect(ImageTransform.centerCropWide.apply(to: grey, width: 4, height: 2) == nil)
    #expect(grey.mirrored.pixels == [3, 2, 1, 6, 5, 4])
    for transform in ImageTransform.allCases {
      let flat = Picture(
        width: 37, height: 21, channels: 3, pixels: .init(repeating: 77, count: 37 * 21 * 3))
      guard let result = transform.apply(to: flat, width: 16, height: 16) else { continue }
      #expect(result.pixels.contains(77) && Set(result.pixels).isSubset(of: [0, 77]))
    }
  }
}
