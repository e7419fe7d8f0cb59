extension CPUOperations {
  /// Convolution as one matrix product per tile: rows of pixels' neighbourhoods times weights.
  ///
  /// - Parameters:
  ///   - x: `[N, H, W, Cin]`.
  ///   - weights: `[Cout, kh, kw, Cin]` (see ``packed(_:)``).
  ///   - convolution: stride and padding.
  ///   - shape: of the result, `[N, H', W', Cout]`.
  /// - Returns: the result's elements.
  func convolve(
    _ x: Value, _ weights: Value, _ convolution: Convolution, _ shape: Shape
  ) -> [Element] {
    let kernel = weights.shape.dimensions
    let isPointwise =
      kernel[1] == 1 && kernel[2] == 1 && convolution.stride == 1
      && convolution.padding == .all(0)
    if isPointwise { return product(x, weights, shape) }

    let length = kernel[1] * kernel[2] * kernel[3]
    return tiling(shape).map { tile, y in
      var neighbourhoods = [Element](repeating: 0, count: tile.rows.count * length)
      gatherNeighbourhoods(x, tile, convolution, kernel, width: shape.width, &neighbourhoods)
      Element.multiply(
        m: tile.rows.count, n: shape.channels, k: length, neighbourhoods.span, lda: length,
        weights.elements.span, ldb: length, transposeB: true, into: &y, ldc: shape.channels)
    }
  }

  /// y = x Wᵀ over the last axis.
  func linear(_ x: Value, _ weights: Value, _ shape: Shape) -> [Element] {
    product(x, weights, shape)
  }

  /// Rows of x times Wᵀ, W with one row per output channel.
  private func product(_ x: Value, _ weights: Value, _ shape: Shape) -> [Element] {
    let (length, channels) = (x.shape.channels, shape.channels)
    return tiling(shape).map { tile, y in
      Element.multiply(
        m: tile.rows.count, n: channels, k: length,
        x.elements.span.extracting(x.range(tile)), lda: length, weights.elements.span,
        ldb: length, transposeB: true, into: &y, ldc: channels)
    }
  }

  /// Tiles large enough to use the weights well, small enough that one image keeps some cores busy.
  func tiling(_ shape: Shape) -> Tiling {
    Tiling(
      images: images, rows: shape.rows, columns: shape.channels,
      rowsPerTile: max(32, min(256, shape.rows / 4)))
  }

  /// Fills `[rows, kh, kw, Cin]` with the inputs that each output pixel of a tile sees; pixels
  /// outside the image stay as they are, 0.
  func gatherNeighbourhoods(
    _ x: Value, _ tile: Tile, _ convolution: Convolution, _ kernel: [Int], width: Int,
    _ result: inout [Element]
  ) {
    let image = x.elements.span.extracting(x.range(image: tile.image))
    let channels = kernel[3]
    var result = result.mutableSpan
    var position = 0
    for pixel in tile.rows {
      let top = pixel / width * convolution.stride - convolution.padding.top
      let left = pixel % width * convolution.stride - convolution.padding.left
      // Columns of the kernel that lie inside the image; they are one run of elements.
      let first = max(0, -left)
      let last = min(kernel[2], x.shape.width - left)
      for y in top..<top + kernel[1] {
        if 0..<x.shape.height ~= y && first < last {
          let start = (y * x.shape.width + left + first) * channels
          result.copy(
            image.extracting(start..<start + (last - first) * channels),
            to: position + first * channels)
        }
        position += kernel[2] * channels
      }
    }
  }

  /// Weights `[Cout, Cin, kh, kw]` in the order that ``convolve(_:_:_:_:)`` reads,
  /// `[Cout, kh, kw, Cin]`.
  @specialized(where Element == Float)
  @specialized(where Element == Double)
  static func packed(_ weights: Value) -> Value {
    let size = weights.shape.dimensions
    let (channels, taps) = (size[1], size[2] * size[3])
    let shape = Shape(
      isBatched: weights.shape.isBatched, dimensions: [size[0], size[2], size[3], size[1]])
    if taps == 1 { return Value(shape: shape, elements: weights.elements, isShared: true) }
    let rows = Tiling(images: 1, rows: size[0], columns: channels * taps, rowsPerTile: 16)
    let elements = rows.map { tile, y in
      let x = weights.elements.span.extracting(
        tile.rows.lowerBound * channels * taps..<tile.rows.upperBound * channels * taps)
      for row in 0..<tile.rows.count {
        let start = row * channels * taps
        for tap in 0..<taps {
          for channel in 0..<channels {
            y[start + tap * channels + channel] = x[start + channel * taps + tap]
          }
        }
      }
    }
    return Value(shape: shape, elements: elements, isShared: true)
  }
}
