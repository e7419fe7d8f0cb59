extension CPUOperations {
  /// Σ gᵀ x over pixels and images: `[Cout, Cin]`.
  func linearWeights(_ x: Value, _ g: Value, _ shape: Shape) -> [Element] {
    let (x, g) = (flattened(x), flattened(g))
    return weights(g, images: 1, columns: shape.channels, shape.count) { tile in
      Array(x.elements[x.range(tile)])
    }
  }

  /// Gradient of a convolution for its weights: Σ gᵀ times the pixels' neighbourhoods.
  func convolutionWeights(
    _ x: Value, _ g: Value, _ convolution: Convolution, _ shape: Shape
  ) -> [Element] {
    let size = shape.dimensions
    let (inputs, taps) = (size[1], size[2] * size[3])
    let kernel = [size[0], size[2], size[3], inputs]
    let packed = weights(g, images: batch, columns: taps * inputs, shape.count) { tile in
      var rows = [Element](repeating: 0, count: tile.rows.count * taps * inputs)
      gatherNeighbourhoods(x, tile, convolution, kernel, width: g.shape.width, &rows)
      return rows
    }
    // [Cout, taps, Cin] to [Cout, Cin, taps].
    return (0..<shape.count).map { index in
      let (output, rest) = index.quotientAndRemainder(dividingBy: inputs * taps)
      return packed[(output * taps + rest % taps) * inputs + rest / taps]
    }
  }

  /// All rows of all images as one image.
  private func flattened(_ x: Value) -> Value {
    let images = x.shape.isBatched ? batch : 1
    let elements = x.shape.isBatched ? x.tensor(images: images).elements : x.elements
    return Value(
      shape: .fixed(images * x.shape.rows, x.shape.channels), elements: elements, isShared: true)
  }

  /// Σ gᵀ rows, where `rows` gives the `columns` elements that belong to each row of a tile of g.
  ///
  /// Tiles are added in chunks that depend on their number alone, the chunks in their order.
  private func weights(
    _ g: Value, images: Int, columns: Int, _ count: Int, rows: @Sendable (Tile) -> [Element]
  ) -> [Element] {
    let (pixels, outputs) = (g.shape.rows, g.shape.channels)
    let tilesPerImage = (pixels + 255) / 256
    let tiles = images * tilesPerImage
    let chunks = min(tiles, 8)
    let partial = Tiling(images: chunks, rows: 1, columns: count, rowsPerTile: 1).map {
      (chunk: Tile, y: inout MutableSpan<Element>) in
      for i in y.indices { y[i] = 0 }
      var product = [Element](repeating: 0, count: count)
      for index in chunk.image * tiles / chunks..<(chunk.image + 1) * tiles / chunks {
        let first = index % tilesPerImage * 256
        let tile = Tile(image: index / tilesPerImage, rows: first..<min(first + 256, pixels))
        let transposed = columnsFirst(g, tile)
        var target = product.mutableSpan
        Element.multiply(
          m: outputs, n: columns, k: tile.rows.count, transposed.span, lda: tile.rows.count,
          rows(tile).span, ldb: columns, transposeB: false, into: &target, ldc: columns)
        for i in y.indices { y[i] += product[i] }
      }
    }
    var sum = [Element](repeating: 0, count: count)
    for (index, element) in partial.enumerated() { sum[index % count] += element }
    return sum
  }

  /// The rows of a tile as columns.
  private func columnsFirst(_ x: Value, _ tile: Tile) -> [Element] {
    let (rows, columns) = (tile.rows.count, x.shape.channels)
    let source = x.elements.span.extracting(x.range(tile))
    var result = [Element](repeating: 0, count: rows * columns)
    for row in 0..<rows {
      for column in 0..<columns { result[column * rows + row] = source[row * columns + column] }
    }
    return result
  }
}
