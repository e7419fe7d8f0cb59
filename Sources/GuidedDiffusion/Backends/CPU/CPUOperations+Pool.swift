extension CPUOperations {
  /// Largest or mean element of each window (see ``Pooling``).
  func pool(_ x: Value, _ pooling: Pooling, _ shape: Shape) -> [Element] {
    Tiling(images: images, shape: shape).map { tile, y in
      let image = x.elements.span.extracting(x.range(image: tile.image))
      for (position, pixel) in tile.rows.enumerated() {
        let start = position * shape.channels
        var result = y._mutatingExtracting(start..<start + shape.channels)
        let rows = pooling.window(pixel / shape.width, of: x.shape.height)
        let columns = pooling.window(pixel % shape.width, of: x.shape.width)
        var count = 0
        for row in rows {
          for column in columns {
            let start = (row * x.shape.width + column) * shape.channels
            let source = image.extracting(start..<start + shape.channels)
            Self.reduce(source, pooling.reduction, isFirst: count == 0, into: &result)
            count += 1
          }
        }
        if case .mean(let countsPadding) = pooling.reduction {
          let area = Element(countsPadding ? pooling.size * pooling.size : count)
          for c in result.indices { result[c] /= area }
        }
      }
    }
  }

  private static func reduce(
    _ source: Span<Element>, _ reduction: Pooling.Reduction, isFirst: Bool,
    into result: inout MutableSpan<Element>
  ) {
    if isFirst {
      for c in source.indices { result[c] = source[c] }
    } else if reduction == .maximum {
      for c in source.indices { result[c] = max(result[c], source[c]) }
    } else {
      for c in source.indices { result[c] += source[c] }
    }
  }
}
