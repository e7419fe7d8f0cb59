import Figures
import Foundation
import GuidedDiffusion
import Testing

@testable import Datasets

@Suite struct DatasetTests {
  private let folder: TestFolder

  init() throws { folder = try TestFolder() }

  private func png(_ edge: Int, channels: Int = 1, value: UInt8 = 0) throws -> [UInt8] {
    try PNG.encode(
      Picture(
        width: edge, height: edge, channels: channels,
        pixels: .init(repeating: value, count: edge * edge * channels)))
  }

  private func json(_ text: String) -> (String, [UInt8]) { ("dataset.json", Array(text.utf8)) }

  @Test func zipAndFolderAreOneDataset() throws {
    let files = [
      ("00000/img00000001.png", try png(4, value: 9)), ("00000/img00000000.png", try png(4)),
      json(#"{"labels": [["00000/img00000000.png", 2], ["00000/img00000001.png", 0]]}"#),
    ]
    let zip = try folder.zip("a.zip", files)
    for (name, bytes) in files { try folder.write("a/\(name)", bytes) }
    for path in [zip, "\(folder.path)/a"] {
      let dataset = try Dataset(path)
      #expect(dataset.names == ["00000/img00000000.png", "00000/img00000001.png"])
      #expect(dataset.labels == .classes([2, 0], count: 3))
      #expect(dataset.labels.vector(0) == [0, 0, 1])
      #expect(dataset.shape == Dataset.Shape(channels: 1, height: 4, width: 4))
      guard case .pixels(let picture) = try dataset.image(1) else { return #expect(Bool(false)) }
      #expect(picture.pixels == .init(repeating: 9, count: 16))
    }
  }

  @Test func labelsMayBeNullOrVectors() throws {
    let image = try png(2)
    func labels(_ text: String) throws -> Labels {
      try Dataset(folder.zip("l.zip", [("a.png", image), ("b.png", image), json(text)])).labels
    }
    #expect(try labels(#"{"labels": null}"#) == .none)
    #expect(
      try labels(#"{"labels": [["b.png", [1, 2.5]], ["a.png", [0, 1]]]}"#)
        == .vectors([[0, 1], [1, 2.5]]))
    #expect(try Dataset(folder.zip("n.zip", [("a.png", image)])).labels == .none)
  }

  @Test func latents() throws {
    let elements = (0..<32).map { Float($0) / 8 }
    let dataset = try Dataset(
      folder.zip("v.zip", [("img-mean-std-0.npy", NPY.encode(elements, shape: [8, 2, 2]))]))
    #expect(dataset.isLatent && dataset.shape.channels == 8)
    #expect(try dataset.image(0) == .moments(elements))
    let statistics = try DatasetStatistics(dataset)
    #expect(statistics.mean == [0.1875, 0.6875, 1.1875, 1.6875])
    #expect(throws: DatasetError.self) { try DatasetBatches(dataset, seed: 0, mirrors: true) }
  }

  /// Every draw is new, with the mean and the deviation of the file, normalised as the published
  /// networks want it; and the same again from the same place.
  @Test func latentsAreDrawn() throws {
    let elements = (0..<32).map { Float($0) / 8 }
    let dataset = try Dataset(
      folder.zip("v.zip", [("img-mean-std-0.npy", NPY.encode(elements, shape: [8, 2, 2]))]))
    let batches = try DatasetBatches(dataset, seed: 3)
    #expect(batches.channels == 4)
    let draws = try batches.next(4000).images
    #expect(draws.count == 4000 * 16)
    guard case .latents(let scale, let bias) = ImageEncoder.publishedLatents else { return }
    for (pixel, channel) in [(0, 0), (3, 1), (2, 3)] {
      let values = (0..<4000).map { Double(draws[$0 * 16 + pixel * 4 + channel]) }
      let mean = values.reduce(0, +) / 4000
      let deviation = (values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 4000).squareRoot()
      let (m, s) = (elements[channel * 4 + pixel], elements[16 + channel * 4 + pixel])
      let expected = Double(s * scale[channel])
      #expect((mean - Double(m * scale[channel] + bias[channel])).magnitude < expected / 12)
      #expect((deviation / expected - 1).magnitude < 0.05)
    }
    let later = try DatasetBatches(dataset, seed: 3, drawn: 3999).next(1).images
    #expect(later == Array(draws.suffix(16)))
  }

  @Test func badDataGivesOneLine() throws {
    let image = try png(4)
    var broken = image
    broken[image.count / 2] ^= 0xff
    let (name, labels) = ("a.png", json(#"{"labels": [["a.png", 0]]}"#))
    let cases: [(String, [(String, [UInt8])])] = [
      ("there are no images", []),
      ("must be PNG", [("a.jpg", [1])]),
      ("a.png: PNG", [(name, broken)]),
      ("a.png: PNG", [(name, Array(image.prefix(20)))]),
      ("no label for b.png (1 missing)", [(name, image), ("b.png", image), labels]),
      ("leads out", [("../a.png", image)]),
      ("leads out", [("x/../../a.png", image)]),
      ("leads out", [("/a.png", image)]),
      (
        "not square",
        [(name, try PNG.encode(Picture(width: 2, height: 1, channels: 1, pixels: [1, 2])))]
      ),
      ("dataset.json", [(name, image), json("{")]),
      ("labels", [(name, image), json("{}")]),
      ("classes are numbers", [(name, image), json(#"{"labels": [["a.png", -1]]}"#)]),
      ("mixed", [(name, image), ("b.npy", [])]),
      ("fp32", [("b.npy", Array("x".utf8))]),
    ]
    for (index, (hint, files)) in cases.enumerated() {
      let path = try folder.zip("bad\(index).zip", files)
      let error = #expect(throws: DatasetError.self) { try Dataset(path) }
      let line = "\(try #require(error))"
      #expect(line.contains(hint) && line.hasPrefix(path) && !line.contains("\n"), "\(line)")
    }
    let sizes = try Dataset(folder.zip("s.zip", [(name, image), ("b.png", try png(8))]))
    let error = #expect(throws: DatasetError.self) { try sizes.image(1) }
    #expect("\(try #require(error))".contains("1 x 8 x 8 differs from 1 x 4 x 4"))
    #expect(throws: DatasetError.self) { try Dataset("\(folder.path)/missing.zip") }
    try folder.write("no.zip", Array("no zip file".utf8))
    #expect(throws: DatasetError.self) { try Dataset("\(folder.path)/no.zip") }
    var damaged = try folder.bytes("s.zip")
    damaged[60] ^= 1
    try folder.write("d.zip", damaged)
    #expect(throws: DatasetError.self) { try Dataset("\(folder.path)/d.zip") }
  }

  @Test func statisticsAreThoseOfThePixels() throws {
    let dataset = try Dataset(
      folder.zip("t.zip", [("a.png", try png(2, value: 0)), ("b.png", try png(2, value: 255))]))
    let statistics = try DatasetStatistics(dataset)
    #expect(statistics.count == 2 && statistics.classCounts.isEmpty)
    #expect(abs(statistics.mean[0]) < 1e-12 && abs(statistics.sigmaData - 1) < 1e-12)
  }

  @Test func batchesGoOnWhereTheyWere() throws {
    let files = try (0..<5).map { ("\($0).png", try png(2, channels: 3, value: UInt8(50 * $0))) }
    let labels = (0..<5).map { "[\"\($0).png\", \($0)]" }.joined(separator: ",")
    let dataset = try Dataset(folder.zip("b.zip", files + [json("{\"labels\": [\(labels)]}")]))
    for mirrors in [false, true] {
      let whole = try DatasetBatches(dataset, seed: 1, mirrors: mirrors)
      let first = try whole.next(3)
      let second = try whole.next(9)
      let rest = try DatasetBatches(dataset, seed: 1, drawn: 3, mirrors: mirrors, memory: 0)
      let again = try rest.next(9)
      #expect(again.images == second.images && again.labels == second.labels)
      #expect(rest.drawn == 12 && first.images.count == 36 && first.labels.count == 15)
      for image in 0..<3 {
        let number = try #require(first.labels[image * 5..<image * 5 + 5].firstIndex(of: 1))
        #expect(first.images[image * 12] == Float(50 * (number - image * 5)) / 127.5 - 1)
      }
    }
  }
}
