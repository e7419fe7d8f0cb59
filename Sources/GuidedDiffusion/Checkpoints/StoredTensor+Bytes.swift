extension StoredTensor {
  /// Elements at equal distances: the longest pieces that can be read in one loop.
  struct Run {
    /// From the first byte of the first element to the last byte of the last.
    var bytes: Range<Int>

    /// Number of elements, at least 1.
    var count: Int

    /// Distance of neighbours in elements.
    var stride: Int
  }

  /// All elements in row-major order: one run if contiguous, otherwise one per row.
  var runs: some Sequence<Run> {
    let flat = isContiguous
    let length = flat ? count : shape.last ?? 1
    let stride = flat ? 1 : strides.last ?? 1
    let rows = length == 0 ? 0 : count / length
    let extent = ((length - 1) * stride + 1) * type.size
    let axes = flat ? [] : Array(zip(shape, strides).dropLast())
    return (0..<rows).lazy.map { row in
      var (rest, start) = (row, 0)
      for (length, stride) in axes.reversed() {
        start += rest % length * stride
        rest /= length
      }
      let first = offset + start * type.size
      return Run(bytes: first..<first + extent, count: length, stride: stride)
    }
  }

  /// Calls `body` with the elements' bytes in row-major order, piece by piece, without conversion.
  ///
  /// - Parameter body: called once with the mapped bytes of a contiguous tensor, otherwise with
  ///   one row at a time.
  /// - Throws: what `body` throws.
  func forEachPiece<Failure: Error>(
    _ body: (RawSpan) throws(Failure) -> Void
  ) throws(Failure) {
    for run in runs {
      if run.stride == 1 {
        try file.withBytes(run.bytes, body)
      } else {
        var row: [UInt8] = []
        row.reserveCapacity(run.count * type.size)
        for index in 0..<run.count {
          let first = run.bytes.lowerBound + index * run.stride * type.size
          for byte in first..<first + type.size { row.append(file[byte]) }
        }
        try row.withBytes(body)
      }
    }
  }

  /// The elements' bytes in row-major order, without conversion.
  public var bytes: [UInt8] {
    var all: [UInt8] = []
    all.reserveCapacity(byteCount)
    forEachPiece { all.append($0) }
    return all
  }
}
