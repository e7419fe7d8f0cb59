import Testing

@testable import GuidedDiffusion

@Suite("EDM2 networks in files") struct EDM2NetworkTests {
  static let names = [
    "tiny-cond", "tiny-weak", "tiny-uncond", "small-latent", "fashion-main", "fashion-weak",
  ]

  @Test("a pickle and its conversion are the same network", arguments: names)
  func conversion(name: String) throws {
    let network = try EDM2Network(Fixture.path("\(name).pkl"))
    try Fixture.withTemporaryFolder { folder in
      try network.write(to: "\(folder)/once")
      let once = try EDM2Network("\(folder)/once")
      #expect(once.configuration == network.configuration)
      #expect(once.encoder == network.encoder)
      #expect(once.sha256 == network.sha256 && once.sha256.count == 64)
      for (name, tensor) in network.parameters.tensors {
        #expect(once.parameters.tensors[name]?.bytes == tensor.bytes, "\(name)")
      }
      try once.write(to: "\(folder)/twice")
      #expect(
        try MappedFile.open("\(folder)/once").contents
          == MappedFile.open("\(folder)/twice").contents)
    }
  }

  @Test("weights are those that PyTorch reads", arguments: names)
  func weights(name: String) throws {
    let text = try MappedFile.open(Fixture.path("snapshots.json"))
    let expected = try JSON(text, 0..<text.count, Allowance(for: text))[name]?.members ?? []
    let tensors = try EDM2Network(Fixture.path("\(name).pkl")).parameters.tensors
    #expect(Set(tensors.names) == Set(expected.map(\.name)))
    for member in expected {
      let tensor = try #require(tensors[member.name])
      var digest = SHA256()
      digest.update(tensor.bytes.span)
      let shape = tensor.shape.map(String.init).joined(separator: "x")
      let found = "\(tensor.type.rawValue) \(shape) \(digest.finish().prefix(16))"
      #expect(found == member.value.string, "\(member.name)")
    }
  }

  @Test("identities do not change from version to version: recipes and statistics name them")
  func identities() throws {
    let main = try EDM2Network(Fixture.path("fashion-main.pkl"))
    let guide = try EDM2Network(Fixture.path("fashion-weak.pkl"))
    #expect(main.sha256 == "e034443f4fd2bf1074da2964a7c7a3bd6ab38f135a195b4485379affa0829420")
    #expect(guide.sha256 == "5a6d3c3890857212e156474cef55bb20a2fcd1a62d6670e79a862291f0bb4eb2")
  }

  @Test("the embedded pair makes the same images and says what it is")
  func embedded() throws {
    let (main, guide) = try EDM2Network.embedded
    #expect(main.imageShape == guide.imageShape)
    #expect(main.sha256 != guide.sha256)
    for network in [main, guide] {
      #expect(network.licence?.isEmpty == false)
      #expect(network.classNames?.count == network.configuration.labelCount)
    }
  }
}

extension MappedFile {
  /// All bytes.
  var contents: [UInt8] { (0..<count).map { self[$0] } }
}
