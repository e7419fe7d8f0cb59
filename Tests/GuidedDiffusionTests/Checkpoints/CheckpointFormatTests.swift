import Testing

@testable import GuidedDiffusion

@Suite("Checkpoint formats") struct CheckpointFormatTests {
  @Test(
    "tensors of every type and stride are what PyTorch says",
    arguments: [
      ("formats-zip.pt", "formats-archive", Checkpoint.Kind.torchZip),
      ("formats-legacy.pt", "formats-archive", .torchLegacy),
      ("formats-protocol2.pkl", "formats-pickle", .pickle),
      ("formats-protocol3.pkl", "formats-pickle", .pickle),
      ("formats-protocol4.pkl", "formats-pickle", .pickle),
      ("formats-protocol5.pkl", "formats-pickle", .pickle),
    ])
  func tensors(file: String, expected: String, kind: Checkpoint.Kind) throws {
    let checkpoint = try Checkpoint.open(Fixture.path(file))
    #expect(checkpoint.kind == kind)
    let text = try MappedFile.open(Fixture.path("\(expected).json"))
    let expected = try JSON(text, 0..<text.count, Allowance(for: text)).members ?? []
    #expect(checkpoint.tensors.names == expected.map(\.name))
    for member in expected {
      let tensor = try #require(checkpoint.tensors[member.name])
      #expect(tensor.type.rawValue == member.value["type"]?.string, "\(member.name)")
      #expect(tensor.shape == member.value["shape"]?.array?.compactMap(\.int), "\(member.name)")
      let elements = member.value["elements"]?.array?.compactMap(\.double)
      #expect(tensor.elements(as: Double.self) == elements, "\(member.name)")
    }
    try Fixture.withTemporaryFolder { folder in
      try SafetensorsFile.write(checkpoint.tensors, metadata: [], to: "\(folder)/copy")
      let copy = try Checkpoint.open("\(folder)/copy")
      #expect(copy.kind == .safetensors)
      for (name, tensor) in checkpoint.tensors {
        #expect(copy.tensors[name]?.bytes == tensor.bytes, "\(name)")
        #expect(
          copy.tensors[name]?.elements(as: Float.self) == tensor.elements(as: Float.self), "\(name)"
        )
      }
    }
  }

  @Test("values that are no tensors", arguments: 2...5)
  func values(version: Int) throws {
    let file = try Checkpoint.open(Fixture.path("formats-protocol\(version).pkl"))
    let values = try #require(file.root?["values"])
    #expect(values["none"]?.isNone == true && values["missing"] == nil)
    #expect(values["true"]?.bool == true)
    #expect(values["negative"]?.int == -(1 << 40))
    #expect(values["float"]?.double == 0.1 && values["numpy"]?.double == 0.5)
    #expect(values["numpy_int"]?.int == -7)
    #expect(values["text"]?.text == "äöü")
    #expect(values["size"]?.elements?.compactMap(\.int) == [2, 3])
    #expect(values["set"]?.elements?.compactMap(\.int) == [1])
    #expect(values["frozenset"]?.elements?.compactMap(\.int) == [2])
    #expect(values["type"]?.value == .global(.elementType(.f16)))
  }

  @Test(
    "a file that ends too early is refused wherever it ends",
    arguments: [
      "formats-zip.pt", "formats-legacy.pt", "formats-protocol2.pkl", "formats-protocol5.pkl",
      "numpy-randomstate.safetensors",
    ])
  func truncated(name: String) throws {
    let whole = try MappedFile.open(Fixture.path(name)).contents
    for count in stride(from: 1, to: whole.count, by: 13) {
      #expect(throws: CheckpointError.self, "\(count) bytes") {
        try Checkpoint(MappedFile(Array(whole.prefix(count)), path: name))
      }
    }
  }

  @Test("tensors of one storage share its bytes")
  func sharing() throws {
    for name in ["formats-zip.pt", "formats-legacy.pt"] {
      let file = try Checkpoint.open(Fixture.path(name))
      let a = try #require(file.tensors["model.shared_a"])
      let b = try #require(file.tensors["model.shared_b"])
      #expect(b.offset - a.offset == 6 * 4)
    }
  }

  @Test("a header whose length starts like a pickle is a header all the same")
  func lengthLikePickle() throws {
    let header = "{}" + String(repeating: " ", count: 0x480 - 2)
    let bytes: [UInt8] = [0x80, 4, 0, 0, 0, 0, 0, 0] + Array(header.utf8)
    #expect(try Checkpoint(MappedFile(bytes, path: "file")).kind == .safetensors)
  }

  @Test("a file that is something else is named")
  func others() {
    let starts: [(String, String)] = [
      ("version https://git-lfs", "Git LFS"), ("<!DOCTYPE html>", "web page"),
      ("\u{1f}\u{8b}\u{8}", "neither"), ("hello world, this is text", "neither"), ("PK", "neither"),
    ]
    for (start, word) in starts {
      let file = MappedFile(Array(start.utf8), path: "file")
      let error = #expect(throws: CheckpointError.self) { try Checkpoint(file) }
      #expect(error?.reason.contains(word) == true, "\(start)")
    }
    let zip: [UInt8] = [0x1f, 0x8b, 8, 0]
    let error = #expect(throws: CheckpointError.self) {
      try Checkpoint(MappedFile(zip, path: "file"))
    }
    #expect(error?.reason.contains("gzip") == true)
  }
}
