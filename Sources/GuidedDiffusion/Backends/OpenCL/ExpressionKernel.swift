/// A kernel around an ``Expression``: the loops over its elements and what becomes of them.
struct ExpressionKernel {
  /// What becomes of the elements.
  enum Purpose {
    /// They are stored.
    case map
    /// Each image's are added up: `[N, 1]`.
    case sumOfImage
    /// Each image's rows are added up: `[N, C]`.
    case rowsOfImage
    /// All are added up, in parts: `[part][8]`.
    case sum
    /// All rows are added up, in parts: `[part][C]`.
    case rows
  }

  let expression: Expression
  let purpose: Purpose

  /// Whether rows have no padding, whose elements must be zero.
  private var isWhole: Bool { PaddedLayout.width(expression.shape) % 8 == 0 }

  /// The kernel in OpenCL C.
  ///
  /// Arguments: the leaves (memory, offset, stride), y, channels, rows per image, `units` (what
  /// the items share out: vectors of eight channels, images or rows), units per item, numbers.
  func text(name: String) -> String {
    var parameters: [String] = []
    for leaf in expression.leaves.indices {
      parameters.append("const global float *x\(leaf), const int o\(leaf), const int s\(leaf)")
    }
    parameters += [
      "global float *y, const int channels, const int rowsPerImage",
      "const int units, const int unitsPerItem",
    ]
    parameters += expression.numbers.indices.map { "const float k\($0)" }
    return """
      KERNEL void \(name)(\(parameters.joined(separator: ",\n    "))) {
        const int padded = (channels + 7) & ~7;
        const int first = get_global_id(0) * unitsPerItem, last = min(first + unitsPerItem, units);
      \(loops)
      }

      """
  }

  private var body: String {
    expression.statements.map { "    \($0)\n" }.joined()
      + "    const float8 value = "
      + (isWhole ? expression.result : "masked(\(expression.result), c, channels)") + ";\n"
  }

  private var loops: String {
    switch purpose {
    case .map, .sum:
      let isMap = purpose == .map
      return """
          int row = first / (padded / 8), c = (first - row * (padded / 8)) * 8;
          int n = row / rowsPerImage, pixel = row - n * rowsPerImage;
        \(isMap ? "" : "  float8 sum = 0;\n")\
          for (int unit = first; unit < last; unit++) {
            const size_t at = (size_t)unit * 8;
        \(body)\
            \(isMap ? "STORE8(y + at, value);" : "sum += value;")
            c += 8;
            if (c == padded) {
              c = 0, row++;
              if (++pixel == rowsPerImage) pixel = 0, n++;
            }
          }
        \(isMap ? "" : "  STORE8(y + (size_t)get_global_id(0) * 8, sum);")
        """
    case .sumOfImage:
      return """
          for (int n = first; n < last; n++) {
            float8 sum = 0;
            for (int row = n * rowsPerImage; row < (n + 1) * rowsPerImage; row++)
              for (int c = 0; c < padded; c += 8) {
                const size_t at = (size_t)row * padded + c;
        \(body)\
                sum += value;
              }
            STORE8(y + (size_t)n * 8, (float8)(total8(sum), 0, 0, 0, 0, 0, 0, 0));
          }
        """
    case .rowsOfImage:
      return """
          for (int n = first; n < last; n++) {
            global float *target = y + (size_t)n * padded;
            for (int c = 0; c < padded; c += 8) STORE8(target + c, (float8)(0));
            for (int row = n * rowsPerImage; row < (n + 1) * rowsPerImage; row++)
              for (int c = 0; c < padded; c += 8) {
                const size_t at = (size_t)row * padded + c;
        \(body)\
                STORE8(target + c, LOAD8(target + c) + value);
              }
          }
        """
    case .rows:
      return """
          global float *target = y + (size_t)get_global_id(0) * padded;
          for (int c = 0; c < padded; c += 8) STORE8(target + c, (float8)(0));
          for (int row = first; row < last; row++) {
            const int n = row / rowsPerImage;
            for (int c = 0; c < padded; c += 8) {
              const size_t at = (size_t)row * padded + c;
        \(body)\
              STORE8(target + c, LOAD8(target + c) + value);
            }
          }
        """
    }
  }
}

/// The generated kernels of one graph: one program, in which equal kernels are one.
final class ExpressionLibrary {
  private var names: [String: String] = [:]
  private var text = ""

  /// The name of a kernel, which is added if it is new.
  func name(of kernel: ExpressionKernel) -> String {
    let generic = kernel.text(name: "?")
    if let name = names[generic] { return name }
    let name = "expression_\(names.count)"
    names[generic] = name
    text += kernel.text(name: name)
    return name
  }

  /// All kernels, or nil if there are none.
  var source: KernelSource? {
    if names.isEmpty { return nil }
    var digest = SHA256()
    digest.update(text)
    return KernelSource(name: "expressions-\(digest.finish().prefix(8))", text: text)
  }
}
