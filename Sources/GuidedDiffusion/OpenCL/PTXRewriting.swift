import COpenCL

/// Puts `wgmma` into a program where a compiler for OpenCL does not know it.
///
/// The kernel holds a marker, a line `// autoguide.wgmma`, with the registers of its operands
/// (gpu_matrix.clh). NVIDIA's driver hands out built programs as text in PTX; there the marker
/// becomes the instructions, the target becomes the one that has them, and the driver takes the text
/// back. Whether it multiplies right is for ``EngineSelfTest`` to say.
package enum PTXRewriting {
  /// What a line begins with that stands for a product.
  static let marker = "// autoguide.wgmma"

  /// Whether a program holds products that are to be put in.
  package static func isNeeded(by program: [UInt8]) -> Bool {
    String(decoding: program, as: UTF8.self).contains(marker)
  }

  /// A program with its products.
  ///
  /// - Parameter program: PTX, with or without a zero at its end.
  /// - Returns: PTX for `sm_90a`.
  /// - Throws: ``OpenCLError`` if it is not what is expected: another target, operands that cannot be
  ///   those of a product.
  package static func rewritten(_ program: [UInt8]) throws(OpenCLError) -> [UInt8] {
    let text = String(decoding: program.prefix { $0 != 0 }, as: UTF8.self)
    var lines: [String] = []
    var hasTarget = false
    for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
      let words = line.split { $0 == " " || $0 == "\t" || $0 == "," }
      if line.contains(marker) {
        lines += try product(words.filter { $0.hasPrefix("%") }.map(String.init))
      } else if words.first == ".target" {
        guard words.count > 1, words[1] == "sm_90" || words[1] == "sm_90a" else {
          throw failure("\(line) in place of sm_90")
        }
        hasTarget = true
        let options = line.split(separator: ",").dropFirst().map { ",\($0)" }.joined()
        lines.append(".target sm_90a\(options)")
      } else if words.first == ".version", words.count > 1 {
        lines.append(".version \(version(words[1]))")
      } else {
        lines.append(String(line))
      }
    }
    guard hasTarget else { throw failure("no .target in the program") }
    return Array(lines.joined(separator: "\n").utf8) + [0]
  }

  /// The version of PTX that has `wgmma`, or a later one.
  private static func version(_ text: Substring) -> Substring {
    let numbers = text.split(separator: ".").compactMap { Int($0) }
    return numbers.count == 2 && numbers[0] >= 8 ? text : "8.0"
  }

  private static func failure(_ reason: String) -> OpenCLError {
    OpenCLError(status: CL_BUILD_PROGRAM_FAILURE, function: "wgmma", detail: reason)
  }
}

extension PTXRewriting {
  /// D += A B for 64 rows, 32 halves deep: two instructions, of 16 halves each.
  ///
  /// Operands in local memory are described by 64 bits (PTX ISA, "Matrix descriptor"): the address
  /// and the distance of 8 rows in units of 16 bytes, and the order of chunks, here the swizzle of 64
  /// bytes in rows of 64 bytes.
  ///
  /// - Parameter registers: the accumulators, four for every eight columns, then the addresses of A
  ///   and B.
  /// - Returns: lines of PTX.
  /// - Throws: ``OpenCLError`` if they cannot be that.
  private static func product(_ registers: [String]) throws(OpenCLError) -> [String] {
    let accumulators = registers.dropLast(2)
    let columns = accumulators.count * 2
    guard [64, 96, 128].contains(columns), Set(registers).count == registers.count else {
      throw failure("a product with \(registers.count) operands")
    }
    let (a, b) = (registers[registers.count - 2], registers[registers.count - 1])
    let d = accumulators.joined(separator: ", ")
    let multiply =
      "wgmma.mma_async.sync.aligned.m64n\(columns)k16.f32.f16.f16 {\(d)}, %wga, %wgb, %wgp, 1, 1, 0, 0;"
    let address = { (register: String, descriptor: String) in
      [
        "cvt.u64.u32 \(descriptor), \(register);",
        "shr.u64 \(descriptor), \(descriptor), 4;",
        "and.b64 \(descriptor), \(descriptor), 0x3fff;",
        "or.b64 \(descriptor), \(descriptor), \(layout);",
      ]
    }
    return ["{", ".reg .pred %wgp;", ".reg .b64 %wga, %wgb;", "setp.eq.u32 %wgp, 0, 0;"]
      + address(a, "%wga") + address(b, "%wgb")
      + [
        "wgmma.fence.sync.aligned;", multiply,
        // 16 halves are 32 bytes, two units.
        "add.s64 %wga, %wga, 2;", "add.s64 %wgb, %wgb, 2;", multiply,
        "wgmma.commit_group.sync.aligned;", "wgmma.wait_group.sync.aligned 0;", "}",
      ]
  }

  /// Everything of a descriptor but the address: swizzle of 64 bytes (bits 62-63: 2), 512 bytes from
  /// 8 rows to the next (bits 32-45), and a distance that this order does not use (bits 16-29).
  private static let layout = "0x8000002000010000"
}
