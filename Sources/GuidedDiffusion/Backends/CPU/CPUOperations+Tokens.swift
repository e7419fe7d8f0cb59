extension CPUOperations {
  /// The table's first row, then the sums of rows of x and of the table.
  func tokens(_ x: Value, _ table: Value, _ shape: Shape) -> [Element] {
    let channels = shape.channels
    return Tiling(images: images, shape: shape).map { tile, y in
      let image = x.elements.span.extracting(x.range(image: tile.image))
      for (position, row) in tile.rows.enumerated() {
        let added = table.elements.span.extracting(row * channels..<(row + 1) * channels)
        var result = y._mutatingExtracting(position * channels..<(position + 1) * channels)
        for c in result.indices { result[c] = added[c] }
        guard row > 0 else { continue }
        let source = image.extracting((row - 1) * channels..<row * channels)
        for c in result.indices { result[c] += source[c] }
      }
    }
  }

  /// One row of each image.
  func row(_ index: Int, of x: Value) -> [Element] {
    let channels = x.shape.channels
    return Tiling(images: images, rows: 1, columns: channels, rowsPerTile: 1).map { tile, y in
      let image = x.elements.span.extracting(x.range(image: tile.image))
      y.copy(image.extracting(index * channels..<(index + 1) * channels), to: 0)
    }
  }

  /// (x - mean) / sqrt(variance + epsilon) over the channels.
  func standardize(_ x: Value, epsilon: Element) -> [Element] {
    let channels = x.shape.channels
    return Tiling(images: images, shape: x.shape).map { tile, y in
      let rows = x.elements.span.extracting(x.range(tile))
      for start in stride(from: 0, to: rows.count, by: channels) {
        let source = rows.extracting(start..<start + channels)
        var result = y._mutatingExtracting(start..<start + channels)
        var sum: Element = 0
        for c in source.indices { sum += source[c] }
        let mean = sum / Element(channels)
        var squares: Element = 0
        for c in source.indices { squares += (source[c] - mean) * (source[c] - mean) }
        let deviation = (squares / Element(channels) + epsilon).squareRoot()
        for c in source.indices { result[c] = (source[c] - mean) / deviation }
      }
    }
  }
}
