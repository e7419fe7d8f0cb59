import Figures
import Foundation
import GuidedDiffusion
import Testing

@testable import Datasets

@Suite struct ConversionTests {
  private let folder: TestFolder

  init() throws { folder = try TestFolder() }

  private func png(_ width: Int, _ height: Int, value: UInt8 = 100) throws -> [UInt8] {
    try PNG.encode(
      Picture(
        width: width, height: height, channels: 1,
        pixels: .init(repeating: value, count: width * height)))
  }

  private func idx(_ axes: [Int], _ elements: [UInt8]) -> [UInt8] {
    [0, 0, 8, UInt8(axes.count)]
      + axes.flatMap { axis in (0..<4).map { UInt8(truncatingIfNeeded: axis >> (24 - 8 * $0)) } }
      + elements
  }

  @Test func foldersAreClasses() throws {
    try folder.write("in/dogs/1.png", png(8, 9))
    try folder.write("in/cats/1.png", png(10, 8))
    try folder.write("in/cats/2.png", png(20, 8))
    var conversion = DatasetConversion()
    conversion.transform = .centerCrop
    conversion.resolution = (4, 4)
    let source = try ImageSource("\(folder.path)/in")
    for name in ["a.zip", "b.zip"] {
      #expect(try conversion.run(source, to: "\(folder.path)/\(name)") == 3)
    }
    #expect(try folder.bytes("a.zip") == folder.bytes("b.zip"))
    let dataset = try Dataset("\(folder.path)/a.zip")
    #expect(dataset.names == (0..<3).map { "00000/img0000000\($0).png" })
    #expect(dataset.labels == .classes([0, 0, 1], count: 2))
    #expect(dataset.shape == Dataset.Shape(channels: 3, height: 4, width: 4))
    // A dataset converts to itself.
    let again = DatasetConversion()
    try again.run(ImageSource("\(folder.path)/a.zip"), to: "\(folder.path)/c.zip")
    #expect(try folder.bytes("a.zip") == folder.bytes("c.zip"))
  }

  @Test func idxFiles() throws {
    try folder.write("train-images-idx3-ubyte", idx([2, 2, 2], [1, 2, 3, 4, 5, 6, 7, 8]))
    try folder.write("train-labels-idx1-ubyte", idx([2], [7, 3]))
    let source = try ImageSource(folder.path)
    #expect(source.classes == [7, 3] && source.count == 2 && source.isGrey)
    #expect(try source.picture(1).pixels == [5, 6, 7, 8])
    for (bytes, hint) in [
      (idx([3, 2, 2], [1]), "incomplete"), ([1, 2, 3], "no IDX"),
      (idx([1, 2, 2], [1, 2, 3, 4]), "1 images"),
      ([0x1f, 0x8b, 8, 0, 0], "gzip"),
    ] {
      try folder.write("train-images-idx3-ubyte", bytes)
      let error = #expect(throws: DatasetError.self) { try ImageSource(folder.path) }
      #expect("\(try #require(error))".contains(hint), "\(hint)")
    }
  }

  @Test(.enabled(if: FileManager.default.fileExists(atPath: "/usr/share/datasets/fashion-mnist")))
  func fashionMNIST() throws {
    let source = try ImageSource("/usr/share/datasets/fashion-mnist")
    #expect(source.count == 60000 && Set(source.classes ?? []) == Set(0..<10))
    var conversion = DatasetConversion()
    (conversion.transform, conversion.resolution) = (.pad, (32, 32))
    (conversion.maxImages, conversion.keepsGrey) = (50, true)
    #expect(try conversion.run(source, to: "\(folder.path)/f.zip") == 50)
    let dataset = try Dataset("\(folder.path)/f.zip")
    #expect(dataset.shape == Dataset.Shape(channels: 1, height: 32, width: 32))
    #expect(dataset.count == 50 && dataset.labels.width == 10)
  }

  @Test func manyLabels() throws {
    let pixel = try png(2, 2)
    let names = (0..<20000).map { "\($0).png" }
    let labels = names.map { "[\"\($0)\", 1]" }.joined(separator: ", ")
    let path = "\(folder.path)/large.zip"
    var writer = try ZIPWriter(path)
    for name in names { try writer.append(name, pixel) }
    try writer.append("dataset.json", Array("{\"labels\": [\(labels)]}".utf8))
    try writer.commit()
    #expect(try Dataset(path).labels == .classes(.init(repeating: 1, count: 20000), count: 2))
  }

  @Test func whatCannotBeConvertedLeavesNothing() throws {
    let target = "\(folder.path)/out.zip"
    func expectFailure(_ hint: String, _ conversion: DatasetConversion = .init()) throws {
      let error = #expect(throws: DatasetError.self) {
        try conversion.run(ImageSource("\(folder.path)/in"), to: target)
      }
      #expect("\(try #require(error))".contains(hint), "\(hint): \(String(describing: error))")
      #expect(!folder.names.contains { $0.contains("out.zip") })
    }
    try folder.write("in/a.png", png(6, 6))
    try expectFailure("2, 4, 8")
    try folder.write("in/a.png", png(8, 8))
    try folder.write("in/b.png", png(4, 4))
    try expectFailure("the first 8 x 8")
    var wide = DatasetConversion()
    (wide.transform, wide.resolution) = (.centerCropWide, (16, 8))
    try expectFailure("no image is left", wide)
    try folder.write("in/b.png", Array(png(8, 8).dropLast(30)))
    try expectFailure("b.png")
  }

  @Test func zip64RecordsBeyond65534Files() throws {
    var writer = try ZIPWriter("\(folder.path)/many.zip")
    for index in 0..<66000 { try writer.append("\(index)", [UInt8(index & 255)]) }
    try writer.commit()
    let files = try ZIPFiles("\(folder.path)/many.zip")
    #expect(files.names.count == 66000)
    #expect(try files.read("65999") == [UInt8(65999 & 255)])
  }
}
