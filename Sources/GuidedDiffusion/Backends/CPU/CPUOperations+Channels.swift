extension CPUOperations {
  /// Joins along the last axis.
  func concatenate(_ parts: [Value], _ shape: Shape) -> [Element] {
    Tiling(images: images, shape: shape).map { tile, y in
      var offset = 0
      for part in parts {
        let channels = part.shape.channels
        let x = part.elements.span.extracting(part.range(tile))
        for row in 0..<tile.rows.count {
          y.copy(
            x.extracting(row * channels..<(row + 1) * channels),
            to: row * shape.channels + offset)
        }
        offset += channels
      }
    }
  }

  /// Part of the last axis.
  func slice(_ x: Value, _ range: Range<Int>, _ shape: Shape) -> [Element] {
    Tiling(images: images, shape: shape).map { tile, y in
      let channels = x.shape.channels
      let x = x.elements.span.extracting(x.range(tile))
      for row in 0..<tile.rows.count {
        let start = row * channels
        y.copy(
          x.extracting(start + range.lowerBound..<start + range.upperBound),
          to: row * range.count)
      }
    }
  }

  /// Rows of the first axis: y[i] = x[indices[i]].
  func gather(_ x: Value, _ indices: [Int]) -> [Element] {
    let length = x.shape.count / x.shape.dimensions[0]
    let rows = Tiling(
      images: 1, rows: indices.count, columns: length, rowsPerTile: max(1, 16_384 / length))
    return rows.map { tile, y in
      for (position, row) in tile.rows.enumerated() {
        let start = indices[row] * length
        y.copy(x.elements.span.extracting(start..<start + length), to: position * length)
      }
    }
  }
}
