import Testing

@testable import GuidedDiffusion

/// Archives of TorchScript: weights are read, code is not looked at.
@Suite("TorchScript archives") struct TorchScriptTests {
  @Test("tensors have the names and the bits that they have in a state dictionary")
  func tensors() throws {
    let script = try Checkpoint.open(Fixture.path("tiny-inception.pt"))
    let state = try Checkpoint.open(Fixture.path("tiny-inception-state.pt"))
    #expect(script.kind == .torchZip && script.tensors.count == 4 * 94)
    for (ours, theirs) in [
      ("layers.conv.weight", "Conv2d_1a_3x3.conv.weight"),
      ("layers.mixed_4.tower_1.conv_4.var", "Mixed_6b.branch7x7dbl_5.bn.running_var"),
      ("layers.mixed_10.tower_1_mixed_conv_1.beta", "Mixed_7c.branch3x3dbl_3b.bn.bias"),
    ] {
      let tensor = try #require(script.tensors[ours])
      #expect(tensor.shape == state.tensors[theirs]?.shape)
      #expect(tensor.bytes == state.tensors[theirs]?.bytes, "\(ours)")
    }
  }

  @Test("classes of TorchScript are known in its archives only")
  func classes() {
    let pickle = [0x80, 4] + Array("c__torch__\nInception\n)".utf8) + [0x81, 0x2e]
    let error = #expect(throws: CheckpointError.self) {
      try Checkpoint(MappedFile(pickle, path: "net.pkl"))
    }
    #expect(error?.reason.hasPrefix("refuses to construct __torch__.Inception:") == true)
  }

  @Test("a data member that is compressed is refused")
  func compressed() throws {
    var bytes = try MappedFile.open(Fixture.path("tiny-inception.pt")).contents
    // The directory's entry of the pickle; its compression method stands at 10.
    let name = Array("tiny-inception/data.pkl".utf8)
    let entry = try #require(
      bytes.indices.dropLast(name.count).last {
        bytes[$0] == name[0] && bytes[$0..<$0 + name.count].elementsEqual(name)
      })
    bytes[entry - 46 + 10] = 8
    let error = #expect(throws: CheckpointError.self) {
      try Checkpoint(MappedFile(bytes, path: "net.pt"))
    }
    #expect(error?.reason.contains("no data.pkl") == true, "\(error?.reason ?? "")")
  }

  @Test("an archive that ends too early is refused wherever it ends")
  func truncated() throws {
    let whole = try MappedFile.open(Fixture.path("tiny-inception.pt")).contents
    for count in stride(from: 1, to: whole.count, by: 20_011) {
      #expect(throws: CheckpointError.self, "\(count) bytes") {
        try Checkpoint(MappedFile(Array(whole.prefix(count)), path: "net.pt"))
      }
    }
  }
}
