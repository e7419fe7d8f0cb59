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

  @Test("the embedded pair is the one in the fixtures")
  func embedded() throws {
    let (main, guide) = try EDM2Network.embedded
    #expect(try main.sha256 == EDM2Network(Fixture.path("fashion-main.pkl")).sha256)
    #expect(try guide.sha256 == EDM2Network(Fixture.path("fashion-weak.pkl")).sha256)
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
