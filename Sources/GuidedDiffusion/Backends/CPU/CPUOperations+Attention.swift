extension CPUOperations {
  /// softmax(q kᵀ scale) v per head; tiles are runs of queries.
  func attend(_ q: Value, _ k: Value, _ v: Value, _ attention: Attention) -> [Element] {
    let (pixels, channels) = (q.shape.rows, q.shape.channels)
    let width = channels / attention.heads
    let scale = Element(attention.scale)
    return tiling(q.shape).map { tile, y in
      let rows = tile.rows.count
      let queries = q.elements.span.extracting(q.range(tile))
      let keys = k.elements.span.extracting(k.range(image: tile.image))
      let values = v.elements.span.extracting(v.range(image: tile.image))
      var weights = [Element](repeating: 0, count: rows * pixels)
      for first in stride(from: 0, to: channels, by: width) {
        var scores = weights.mutableSpan
        Element.multiply(
          m: rows, n: pixels, k: width, queries.extracting(first...), lda: channels,
          keys.extracting(first...), ldb: channels, transposeB: true, into: &scores,
          ldc: pixels)
        for row in 0..<rows {
          var row = scores._mutatingExtracting(row * pixels..<(row + 1) * pixels)
          softmax(&row, scale: scale)
        }
        var result = y._mutatingExtracting(first...)
        Element.multiply(
          m: rows, n: width, k: pixels, weights.span, lda: pixels,
          values.extracting(first...), ldb: channels, transposeB: false, into: &result,
          ldc: channels)
      }
    }
  }

  /// x ← softmax(scale x), scale > 0.
  func softmax(_ x: inout MutableSpan<Element>, scale: Element) {
    var largest = x[0]
    for i in x.indices { largest = max(largest, x[i]) }
    var sum: Element = 0
    for i in x.indices { x[i] = Element.fastExponential(scale * (x[i] - largest)) }
    for i in x.indices { sum += x[i] }
    for i in x.indices { x[i] /= sum }
  }
}
