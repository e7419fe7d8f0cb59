import GuidedDiffusion
import Testing

@Suite("SHA256") struct SHA256Tests {
  @Test("gives the published digest of abc, whole or in pieces")
  func abc() {
    let expected = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    var whole = SHA256()
    whole.update("abc")
    #expect(whole.finish() == expected)
    var pieces = SHA256()
    pieces.update("a")
    pieces.update([UInt8(ascii: "b"), UInt8(ascii: "c")].span)
    #expect(pieces.finish() == expected)
  }
}
