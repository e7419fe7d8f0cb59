extension CPUOperations {
  /// x / (epsilon + rms(x)) over groups of neighbouring elements (EDM2 eq. 66).
  func normalize(_ x: Value, _ normalization: Normalization) -> [Element] {
    let length = groupLength(x.shape, normalization)
    let epsilon = Element(normalization.epsilon)
    return groups(x.shape, length: length).map { tile, y in
      let start = tile.image * x.imageStride + tile.rows.lowerBound * length
      for group in 0..<tile.rows.count {
        let source = x.elements.span.extracting(
          start + group * length..<start + (group + 1) * length)
        var result = y._mutatingExtracting(group * length..<(group + 1) * length)
        let rms = (sumOfSquares(source) / Element(length)).squareRoot()
        let norm = epsilon + rms
        for i in source.indices { result[i] = source[i] / norm }
      }
    }
  }

  /// Elements that share one root mean square.
  func groupLength(_ shape: Shape, _ normalization: Normalization) -> Int {
    switch normalization.axes {
    case .channels(let groups): shape.channels / groups
    case .allButFirst: shape.count / (shape.isBatched ? 1 : shape.dimensions.first ?? 1)
    }
  }

  /// Tiles of whole groups, a row each.
  func groups(_ shape: Shape, length: Int) -> Tiling {
    Tiling(
      images: images, rows: shape.count / length, columns: length,
      rowsPerTile: max(1, 16_384 / length))
  }

  /// Σ x², in eight partial sums that vectorise.
  private func sumOfSquares(_ x: Span<Element>) -> Element {
    var partial = InlineArray<8, Element>(repeating: 0)
    let whole = x.count / 8 * 8
    for start in stride(from: 0, to: whole, by: 8) {
      let run = x.extracting(start..<start + 8)
      for lane in 0..<8 { partial[lane] += run[lane] * run[lane] }
    }
    var sum: Element = 0
    for lane in 0..<8 { sum += partial[lane] }
    for i in whole..<x.count { sum += x[i] * x[i] }
    return sum
  }
}
