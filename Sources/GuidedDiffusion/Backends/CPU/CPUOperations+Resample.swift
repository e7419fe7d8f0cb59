extension CPUOperations {
  /// Depthwise resampling by 2 (see ``Resampling``).
  func resample(_ x: Value, _ resampling: Resampling, _ shape: Shape) -> [Element] {
    separable(
      x, rows: taps(resampling, from: x.shape.height, to: shape.height),
      columns: taps(resampling, from: x.shape.width, to: shape.width), shape)
  }

  /// An image of another size (see ``Resizing``).
  func resize(_ x: Value, _ resizing: Resizing, _ shape: Shape) -> [Element] {
    func taps(from size: Int, to target: Int) -> [[Tap]] {
      resizing.taps(from: size, to: target).map { taps in
        taps.weights.enumerated().map { Tap(source: taps.start + $0, weight: Element($1)) }
      }
    }
    return separable(
      x, rows: taps(from: x.shape.height, to: shape.height),
      columns: taps(from: x.shape.width, to: shape.width), shape)
  }

  /// Each pixel a sum of pixels, the weights being products of one of its row and one of its column.
  private func separable(
    _ x: Value, rows: [[Tap]], columns: [[Tap]], _ shape: Shape
  ) -> [Element] {
    Tiling(images: images, shape: shape).map { tile, y in
      let image = x.elements.span.extracting(x.range(image: tile.image))
      for (position, pixel) in tile.rows.enumerated() {
        let start = position * shape.channels
        var result = y._mutatingExtracting(start..<start + shape.channels)
        for i in result.indices { result[i] = 0 }
        for row in rows[pixel / shape.width] {
          for column in columns[pixel % shape.width] {
            let start = (row.source * x.shape.width + column.source) * shape.channels
            let source = image.extracting(start..<start + shape.channels)
            let weight = row.weight * column.weight
            for i in source.indices { result[i] += weight * source[i] }
          }
        }
      }
    }
  }

  /// A source coordinate and its weight.
  private struct Tap: Sendable {
    let source: Int
    let weight: Element
  }

  /// What each target coordinate of one axis is made of.
  private func taps(_ resampling: Resampling, from size: Int, to target: Int) -> [[Tap]] {
    let filter = resampling.filter
    let sum = filter.reduce(0, +)
    let padding = (filter.count - 1) / 2
    return (0..<target).map { position in
      filter.enumerated().compactMap { index, tap in
        let (source, weight): (Int, Double)
        switch resampling.direction {
        case .down:
          (source, weight) = (2 * position + index - padding, tap / sum)
        case .up:
          // The transpose: position = 2 source + index - padding.
          let twice = position + padding - index
          if twice % 2 != 0 { return nil }
          (source, weight) = (twice / 2, 2 * tap / sum)
        }
        return 0..<size ~= source ? Tap(source: source, weight: Element(weight)) : nil
      }
    }
  }
}
