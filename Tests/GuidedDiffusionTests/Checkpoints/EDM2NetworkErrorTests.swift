import Testing

@testable import GuidedDiffusion

@Suite("Files that hold no EDM2 network, or not a whole one") struct EDM2NetworkErrorTests {
  @Test("every option comes from the file")
  func options() throws {
    let network = try EDM2Network(Fixture.path("options.pkl"))
    let text = try MappedFile.open(Fixture.path("options.json"))
    let chosen = try JSON(text, 0..<text.count, Allowance(for: text)).members ?? []
    // Written by another program: without decimal points.
    #expect(network.configuration.json.members?.map(\.name) == chosen.map(\.name))
    for member in chosen {
      let found = network.configuration.json[member.name]
      #expect(
        found == member.value || found?.double == member.value.double && found?.double != nil
          || found?.array?.map(\.double) == member.value.array?.map(\.double)
            && found?.array != nil,
        "\(member.name): \(member.value) in the file")
    }
    #expect(network.encoder == .latents(scale: [0.5, 0.25], bias: [-1, 2]))
    #expect(network.parameters.tensors["unet.enc.12x12_conv.weight"]?.type == .f32)
    #expect(network.parameters.tensors["unet.dec.3x3_in1.emb_linear.weight"]?.type == .bf16)
    try Fixture.withTemporaryFolder { folder in
      try network.write(to: "\(folder)/copy")
      let copy = try EDM2Network("\(folder)/copy")
      #expect(copy.configuration == network.configuration && copy.sha256 == network.sha256)
      #expect(copy.encoder == network.encoder)
    }
  }

  /// The reason why a changed copy of a small network is refused.
  private func reason(
    metadata: (String) -> String = { $0 },
    tensors change: (inout [(name: String, tensor: StoredTensor)]) throws -> Void = { _ in }
  ) throws -> String? {
    try Fixture.withTemporaryFolder { folder in
      try EDM2Network(Fixture.path("options.pkl")).write(to: "\(folder)/whole")
      let whole = try SafetensorsFile("\(folder)/whole")
      var tensors = Array(whole.tensors)
      try change(&tensors)
      let texts = whole.metadata.map { SafetensorsFile.Metadata($0.name, metadata($0.text)) }
      try SafetensorsFile.write(tensors, metadata: texts, to: "\(folder)/changed")
      let error = #expect(throws: CheckpointError.self) { try EDM2Network("\(folder)/changed") }
      #expect(error?.file.contains("\(folder)/changed") == true)
      return error?.reason
    }
  }

  @Test("missing, extra and wrongly shaped weights are named")
  func weights() throws {
    let prefix = "the weights do not fit the configuration: "
    let missing = try reason(tensors: { $0.removeAll { $0.name == "unet.out_gain" } })
    #expect(missing == prefix + "missing unet.out_gain")
    let extra = try reason(tensors: { $0.append(("unet.more", $0[0].tensor)) })
    #expect(extra == prefix + "extra unet.more")
    let several = try reason(tensors: { $0.removeAll { $0.name.contains("conv_res0") } })
    #expect(several?.hasPrefix(prefix + "missing unet.enc.12x12_block0.conv_res0.weight, ") == true)
    #expect(several?.hasSuffix(" and 18 more") == true)
    let zeros = MappedFile([UInt8](repeating: 0, count: 64), path: "zeros")
    func replace(_ name: String, _ type: ElementType, _ shape: [Int]) throws -> String? {
      try reason(tensors: { tensors in
        let index = try #require(tensors.firstIndex { $0.name == name })
        tensors[index].tensor = try StoredTensor(
          zeros, storage: 0..<64, type: type, shape: shape)
      })
    }
    #expect(
      try replace("logvar_linear.weight", .f32, [3, 3])
        == prefix + "wrong logvar_linear.weight of shape [3, 3] instead of [1, 9]")
    #expect(
      try replace("logvar_linear.weight", .i32, [1, 9])
        == prefix + "wrong logvar_linear.weight of type I32")
  }

  @Test("metadata that make no sense are refused")
  func metadata() throws {
    func replace(_ old: String, _ new: String) throws -> String {
      try reason(metadata: { $0.contains(old) ? $0.replacing(old, with: new) : $0 }) ?? ""
    }
    #expect(try replace("edm2", "vae") == "a network of kind vae, not edm2")
    #expect(try replace("\"latents\"", "\"x\"") == "an encoder that is not known")
    #expect(try replace("[0.5,0.25]", "[1]").contains("an encoder for other images"))
    #expect(try replace("[0.5,0.25]", "[0,1]").contains("an encoder for other images"))
    #expect(
      try replace("\"blocksPerLevel\":2", "\"blocksPerLevel\":0")
        == "no EDM2 network: 0 blocks per level")
    #expect(try replace("\"dropout\":", "\"drop\":").contains("the option dropout is missing"))
    #expect(try replace("{\"imageR", "{\"imageR\":1{").contains("bad JSON"))
  }

  @Test("files that hold something else are refused")
  func others() {
    for (name, words) in [
      ("sampling.safetensors", "does not say which network it holds"),
      ("formats-zip.pt", "no EDM2 network: it has no entry `ema`"),
      ("formats-legacy.pt", "no EDM2 network: it has no entry `ema`"),
      ("formats-protocol4.pkl", "no EDM2 network: it has no entry `ema`"),
      ("philox.json", "this is no checkpoint"),
    ] {
      let error = #expect(throws: CheckpointError.self) {
        try EDM2Network(Fixture.path(name))
      }
      #expect(error?.reason.contains(words) == true, "\(name): \(error?.reason ?? "")")
    }
  }

  @Test("a truncated snapshot is refused", arguments: ["tiny-weak.pkl", "options.pkl"])
  func truncated(name: String) throws {
    let whole = try MappedFile.open(Fixture.path(name))
    for part in [1, 2, 10, 1000, whole.count / 2, whole.count - 1] {
      let bytes = whole.withBytes(0..<part) { unsafe $0.withUnsafeBytes { unsafe Array($0) } }
      #expect(throws: CheckpointError.self, "\(part) bytes") {
        try EDM2Network(MappedFile(bytes, path: name))
      }
    }
  }

  @Test("parameters that are asked for in another shape, or that are not there, are named")
  func parameters() throws {
    let parameters = try EDM2Network(Fixture.path("options.pkl")).parameters
    #expect(
      try parameters.elements(of: "unet.out_gain", shape: .fixed(), as: Float.self) == [0.5])
    for (name, shape) in [("unet.out_gain", Shape.fixed(1)), ("unet.none", .fixed())] {
      let error = #expect(throws: CheckpointError.self) {
        try parameters.elements(of: name, shape: shape, as: Float.self)
      }
      #expect(error?.reason.contains(name) == true)
    }
  }
}
