/// A kernel around an ``Expression``: the loops over its elements and what becomes of them.
struct ExpressionKernel {
  /// What becomes of the elements.
  enum Purpose {
    /// They are stored.
    case map
    /// They are stored by a GPU, 8 by each item, as halves or floats.
    case mapOnGPU(isHalf: Bool)
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

  private var lanes: Int { expression.lanes }

  /// Whether rows have no padding, whose elements must be zero.
  var isWhole: Bool { PaddedLayout.width(expression.shape) % 8 == 0 }

  /// The kernel in OpenCL C, and the function that it calls, which a ``Chain`` calls, too.
  ///
  /// Arguments: the leaves (memory, offset, stride), y, channels, rows per image, `units` (what
  /// the items share out: vectors of `lanes` channels, images or rows), units per item, numbers.
  func text(name: String) -> String {
    if case .mapOnGPU(let isHalf) = purpose { return textOnGPU(name: name, isHalf: isHalf) }
    return """
      static inline void \(name)_units(\(parameters("const int first, const int last, const int begins"))) {
        const int padded = (channels + 7) & ~7;
      \(loops)
      }

      KERNEL void \(name)(\(parameters("const int units, const int unitsPerItem"))) {
        const int first = get_global_id(0) * unitsPerItem, last = min(first + unitsPerItem, units);
        \(name)_units(\(arguments));
      }

      """
  }

  private func parameters(_ range: String) -> String {
    let leaves = expression.leaves.indices.map {
      "const global float *x\($0), const int o\($0), const int s\($0)"
    }
    let numbers = expression.numbers.indices.map { "const float k\($0)" }
    return
      (leaves + ["global float *y, const int channels, const int rowsPerImage", range] + numbers)
      .joined(separator: ",\n    ")
  }

  private var arguments: String {
    let leaves = expression.leaves.indices.map { "x\($0), o\($0), s\($0)" }
    let part =
      switch purpose {
      case .map, .mapOnGPU, .sumOfImage, .rowsOfImage: "y"
      case .sum: "y + (size_t)get_global_id(0) * 8"
      case .rows: "y + (size_t)get_global_id(0) * ((channels + 7) & ~7)"
      }
    let numbers = expression.numbers.indices.map { "k\($0)" }
    return (leaves + [part, "channels", "rowsPerImage", "first", "last", "1"] + numbers)
      .joined(separator: ", ")
  }

  private var body: String {
    expression.statements.map { "    \($0)\n" }.joined()
      + "    const float\(lanes) value = "
      + (isWhole ? expression.result : "masked(\(expression.result), c, channels)") + ";\n"
  }

  /// Adds the value to `sum` in eights, so that its bits do not depend on the lanes.
  private var addition: String {
    lanes == 8 ? "sum += value;" : "sum += value.lo; sum += value.hi;"
  }

  private var loops: String {
    switch purpose {
    case .mapOnGPU: return ""
    case .map, .sum:
      let isMap = if case .map = purpose { true } else { false }
      return """
          int row = first / (padded / \(lanes)), c = (first - row * (padded / \(lanes))) * \(lanes);
          int n = row / rowsPerImage, pixel = row - n * rowsPerImage;
        \(isMap ? "" : "  float8 sum = begins ? (float8)(0) : LOAD8(y);\n")\
          for (int unit = first; unit < last; unit++) {
            const size_t at = (size_t)unit * \(lanes);
        \(body)\
            \(isMap ? "STORE\(lanes)(y + at, value);" : addition)
            c += \(lanes);
            if (c == padded) {
              c = 0, row++;
              if (++pixel == rowsPerImage) pixel = 0, n++;
            }
          }
        \(isMap ? "" : "  STORE8(y, sum);")
        """
    case .sumOfImage:
      return """
          for (int n = first; n < last; n++) {
            float8 sum = 0;
            for (int row = n * rowsPerImage; row < (n + 1) * rowsPerImage; row++)
              for (int c = 0; c < padded; c += \(lanes)) {
                const size_t at = (size_t)row * padded + c;
        \(body)\
                \(addition)
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
              for (int c = 0; c < padded; c += \(lanes)) {
                const size_t at = (size_t)row * padded + c;
        \(body)\
                STORE\(lanes)(target + c, LOAD\(lanes)(target + c) + value);
              }
          }
        """
    case .rows:
      return """
          if (begins)
            for (int c = 0; c < padded; c += 8) STORE8(y + c, (float8)(0));
          for (int row = first; row < last; row++) {
            const int n = row / rowsPerImage;
            for (int c = 0; c < padded; c += \(lanes)) {
              const size_t at = (size_t)row * padded + c;
        \(body)\
              STORE\(lanes)(y + c, LOAD\(lanes)(y + c) + value);
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
  private var chains = ""

  /// The name of a kernel, which is added if it is new.
  func name(of kernel: ExpressionKernel) -> String {
    let generic = kernel.text(name: "?")
    if let name = names[generic] { return name }
    let name = "expression_\(names.count)"
    names[generic] = name
    text += kernel.text(name: name)
    return name
  }

  /// Adds a kernel that calls functions of the others, and those for runs of rows.
  func addChain(_ kernel: String) { chains += kernel }

  /// All kernels, or nil if there are none.
  var source: KernelSource? {
    if names.isEmpty { return nil }
    let whole = chains.isEmpty ? text : KernelSource.rows + text + chains
    var digest = SHA256()
    digest.update(whole)
    return KernelSource(name: "expressions-\(digest.finish().prefix(8))", text: whole)
  }

  /// The macros for the source.
  func options(on device: OpenCLDevice) -> String {
    if chains.isEmpty { return "" }
    let tiles = [RegisterTile(.direct, on: device), .weightGradient(on: device)]
    return tiles.map(\.options).joined(separator: " ")
  }
}
