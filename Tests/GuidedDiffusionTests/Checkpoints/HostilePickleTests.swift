import Testing

@testable import GuidedDiffusion

/// Pickles made by hand: nothing is run, and nothing large is allocated.
@Suite("Hostile pickles") struct HostilePickleTests {
  /// The error of reading a pickle of protocol 4 with this program.
  private func error(_ program: [UInt8], end: [UInt8] = [0x2e]) -> CheckpointError? {
    let file = MappedFile([0x80, 4] + program + end, path: "bad.pkl")
    return #expect(throws: CheckpointError.self) { try Checkpoint(file) }
  }

  private func text(_ text: String) -> [UInt8] { [0x8c, UInt8(text.utf8.count)] + text.utf8 }

  @Test(
    "unknown and hostile constructors are refused by name",
    arguments: [
      ("posix", "system"), ("os", "system"), ("nt", "system"), ("builtins", "eval"),
      ("builtins", "exec"), ("builtins", "getattr"), ("subprocess", "Popen"),
      ("torch", "load"), ("torch.storage", "_load_from_bytes\u{0}"), ("numpy", "load"),
      ("my.module", "Class"), ("collections", "OrderedDict.fromkeys"), ("", ""),
    ])
  func constructors(module: String, name: String) {
    let line = Array("c\(module)\n\(name)\n".utf8)
    let stack = text(module) + text(name) + [0x93]
    for program in [line, stack] {
      let call = program + text("rm -rf /") + [0x85, UInt8(ascii: "R")]
      let reason = error(call)?.reason ?? ""
      #expect(reason.contains("refuses to construct \(module).\(name):"), "\(reason)")
    }
  }

  @Test("an error is one line whatever the file says")
  func oneLine() {
    let line = error(text("a\nb\u{1b}[2J") + text("\u{2028}") + [0x93])?.description ?? "\n"
    #expect(line.hasPrefix("bad.pkl: refuses to construct a?b?[2J.?: "))
  }

  @Test("sizes beyond the file are refused without being allocated")
  func sizes() {
    let huge: [UInt8] = [0xff, 0xff, 0xff, 0x7f]
    for operation: UInt8 in [0x58, 0x42, 0x54, 0x8b] {
      #expect(error([operation] + huge)?.reason.contains("ends in the middle") == true)
    }
    for operation: UInt8 in [0x8d, 0x8e, 0x96, 0x95] {
      #expect(error([operation] + huge + huge)?.reason.contains("ends in the middle") == true)
      #expect(
        error([operation] + [UInt8](repeating: 0xff, count: 8))?.reason
          .contains("ends in the middle") == true)
    }
  }

  @Test("a program that is damaged is refused")
  func damaged() {
    let programs: [[UInt8]] = [
      [], [0x30], [0x85], [0x74], [0x65], [0x73], [0x4e, 0x61], [0x4e, 0x4e, 0x52], [0x81],
      [0x68, 5], [0x6a, 0, 0, 0, 1], [0x4e, 0x71, 1], [0x4e, 0x72, 0xff, 0xff, 0xff, 0xff],
      [0x28, 0x4e, 0x64], [0x5d, 0x28, 0x4e, 0x75], [0x7d, 0x28, 0x4e, 0x75], [0x49], [0x97],
      [0x82, 1], [0x4e, 0x51], [0x4e, 0x4e, 0x93], [0x63], [0x80, 9], [0x28], [0x4e, 0x28],
      // Calls with too few arguments.
      Array("c_codecs\nencode\n)R".utf8), Array("cbuiltins\nset\nNR".utf8),
      Array("ctorch._utils\n_rebuild_tensor_v2\n)R".utf8),
      Array("ctorch._utils\n_rebuild_parameter\n)R".utf8), Array("ctorch\nSize\n)R".utf8),
      Array("ctorch._tensor\n_rebuild_from_type_v2\n)R".utf8), Array("cnumpy\ndtype\n)R".utf8),
      Array("ctorch.storage\n_load_from_bytes\n)R".utf8), Array("cnumpy\nndarray\n)R".utf8),
      Array("cnumpy.core.multiarray\nscalar\n)R".utf8), Array("ctorch\nHalfStorage\n)R".utf8),
      Array("cnumpy.core.numeric\n_frombuffer\n)R".utf8),
      Array("cnumpy.core.multiarray\n_reconstruct\n)RNb".utf8),
      Array("ctorch_utils.persistence\n_reconstruct_persistent_obj\n)R".utf8),
      Array("ctorch_utils.persistence\n_reconstruct_persistent_obj\n}\u{85}R".utf8),
    ]
    for program in programs { #expect(error(program) != nil, "\(program)") }
    #expect(error([0x4e], end: [])?.reason.contains("ends in the middle") == true)
  }

  @Test("memory is bounded by the size of the file")
  func memory() throws {
    // One byte each: values on the stack, marks, empty lists, tuples, memo entries.
    for operations: [UInt8] in [
      [0x4e], [0x28], [0x5d], [0x29], [0x4e, 0x94], [0x28, 0x74],
    ] {
      let program = (0..<400_000).flatMap { _ in operations }
      #expect(error(program)?.reason.contains("more memory") == true, "\(operations)")
    }
    // Copies of a long list, each by a few bytes.
    let list: [UInt8] =
      [0x5d, 0x94, 0x28] + [UInt8](repeating: 0x4e, count: 10_000) + [0x65, 0x30]
    let copy = Array("cbuiltins\nset\nh\u{0}".utf8) + [0x85, 0x52, 0x30]
    let copies = (0..<1000).flatMap { _ in copy }
    #expect(error(list + copies + [0x4e])?.reason.contains("more memory") == true)
  }

  @Test("depth and cycles do not exhaust the stack")
  func depth() throws {
    // [[[...]]], and the same grown from the outside in, and a list that contains itself.
    let inner = [UInt8](repeating: 0x5d, count: 5000) + [UInt8](repeating: 0x61, count: 4999)
    #expect(error(inner)?.reason.contains("nested too deep") == true)
    let tuples = [0x29] + [UInt8](repeating: 0x85, count: 5000)
    #expect(error(tuples)?.reason.contains("nested too deep") == true)
    #expect(error([0x5d, 0x94, 0x68, 0, 0x61])?.reason.contains("nested too deep") == true)
    // Each of 60 lists contains the one before twice: 2^60 ways to the first.
    var shared: [UInt8] = [0x5d, 0x94]
    for index: UInt8 in 0..<60 { shared += [0x5d, 0x94, 0x28, 0x68, index, 0x68, index, 0x65] }
    #expect(error(shared)?.reason.contains("contain each other") == true)
  }

  @Test("archives in archives are refused")
  func archives() throws {
    var bytes = try MappedFile.open(Fixture.path("formats-legacy.pt")).contents
    for _ in 0..<3 {
      let count = (0..<4).map { UInt8(truncatingIfNeeded: bytes.count >> (8 * $0)) }
      bytes =
        [0x80, 4] + Array("ctorch.storage\n_load_from_bytes\n".utf8) + [0x42] + count + bytes
        + [0x85, 0x52, 0x2e]
    }
    #expect(throws: CheckpointError.self) { try Checkpoint(MappedFile(bytes, path: "nested")) }
  }
}
