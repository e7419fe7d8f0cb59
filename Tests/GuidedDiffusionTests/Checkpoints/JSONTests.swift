import Testing

@testable import GuidedDiffusion

@Suite("JSON") struct JSONTests {
  @Test(
    "text is the same after reading and writing",
    arguments: [
      #"{"b":[1,-2,0.5,1e-05,null,true,false],"a":{"":"\"\\\n\u0001ä🙂/"}}"#, "[]", "{}", #""""#,
      "-0.0",
      "12345678901234567", #"[[[[1]]]]"#,
    ])
  func roundTrip(text: String) throws {
    #expect(try JSON(parsing: text).description == text)
    #expect(try JSON(parsing: " \(text)\n").description == text)
  }

  @Test("escapes")
  func escapes() throws {
    #expect(
      try JSON(parsing: #""\u00e4\uD83D\uDE42\/\b\f\t\r""#) == .string("ä🙂/\u{8}\u{c}\t\r"))
  }

  @Test(
    "bad text is refused",
    arguments: [
      "", "{", "[1,]", "{,}", #"{"a":1,"a":2}"#, "01", "1.", "1e", "--1", "+1", "nul", "tru",
      #""\x""#,
      #""\ud800""#, #""\ud800\u0041""#, #""\u12g4""#, "\"\u{1}\"", "\"", "1 2", "1e999", "{1:2}",
      "[1 2]",
      String(repeating: "[", count: 100_000), #"{"a" 1}"#, #"{"a":}"#, "NaN",
    ])
  func bad(text: String) {
    #expect(throws: CheckpointError.self) { try JSON(parsing: text) }
  }

  @Test("bytes that are no UTF-8 are refused")
  func encoding() {
    let file = MappedFile([0x22, 0xff, 0x22], path: "bytes")
    #expect(throws: CheckpointError.self) { try JSON(file, 0..<3, Allowance(for: file)) }
  }
}
