extension CPUOperations {
  /// Gradient of `normalize`: g / n - x mean(g x) / (n² r), n = epsilon + r.
  func normalizeGradient(_ x: Value, _ g: Value, _ normalization: Normalization) -> [Element] {
    let length = groupLength(x.shape, normalization)
    return groups(x.shape, length: length).map { tile, y in
      for group in 0..<tile.rows.count {
        let offset = (tile.rows.lowerBound + group) * length
        let first = tile.image * x.imageStride + offset
        let second = tile.image * g.imageStride + offset
        let x = x.elements.span.extracting(first..<first + length)
        let g = g.elements.span.extracting(second..<second + length)
        var result = y._mutatingExtracting(group * length..<(group + 1) * length)
        var (squares, products): (Element, Element) = (0, 0)
        for i in x.indices {
          squares += x[i] * x[i]
          products += g[i] * x[i]
        }
        let root = (squares / Element(length)).squareRoot()
        let norm = Element(normalization.epsilon) + root
        // Where x is zero everywhere, its direction does not change.
        let factor = root > 0 ? products / Element(length) / (norm * norm * root) : 0
        for i in x.indices { result[i] = g[i] / norm - x[i] * factor }
      }
    }
  }

  /// Gradient of attention: dq, dk, dv joined along the channels.
  ///
  /// With P = softmax(q kᵀ scale): dv = Pᵀ g, dS = P (g vᵀ - rowsum(P g vᵀ)), dq = dS k scale,
  /// dk = dSᵀ q scale.
  func attentionGradient(_ operands: [Value], _ attention: Attention) -> [Element] {
    let (pixels, channels) = (operands[0].shape.rows, operands[0].shape.channels)
    let width = channels / attention.heads
    let whole = Tiling(images: images, rows: pixels, columns: 3 * channels, rowsPerTile: pixels)
    return whole.map { tile, y in
      let parts = operands.map { Array($0.elements[$0.range(tile)]) }
      let (q, k, v, g) = (parts[0], parts[1], parts[2], parts[3])
      for head in stride(from: 0, to: channels, by: width) {
        var weights = products(q, k, pixels, head, width)
        var slopes = products(g, v, pixels, head, width)
        softmaxGradient(&weights, &slopes, pixels, scale: Element(attention.scale))
        transposeSquare(&weights, edge: pixels)
        let dq = product(slopes, k, pixels, head, width)
        transposeSquare(&slopes, edge: pixels)
        let dk = product(slopes, q, pixels, head, width)
        let dv = product(weights, g, pixels, head, width)
        for pixel in 0..<pixels {
          let row = pixel * width..<(pixel + 1) * width
          for (part, gradient) in [dq, dk, dv].enumerated() {
            y.copy(
              gradient.span.extracting(row), to: (3 * pixel + part) * channels + head)
          }
        }
      }
    }
  }

  /// a bᵀ of one head: `[pixels, pixels]`.
  private func products(
    _ a: [Element], _ b: [Element], _ pixels: Int, _ head: Int, _ width: Int
  ) -> [Element] {
    let channels = a.count / pixels
    var result = [Element](repeating: 0, count: pixels * pixels)
    var span = result.mutableSpan
    Element.multiply(
      m: pixels, n: pixels, k: width, a.span.extracting(head...), lda: channels,
      b.span.extracting(head...), ldb: channels, transposeB: true, into: &span, ldc: pixels)
    return result
  }

  /// a x for one head of x: `[pixels, width]`.
  private func product(
    _ a: [Element], _ x: [Element], _ pixels: Int, _ head: Int, _ width: Int
  ) -> [Element] {
    var result = [Element](repeating: 0, count: pixels * width)
    var span = result.mutableSpan
    Element.multiply(
      m: pixels, n: width, k: pixels, a.span, lda: pixels, x.span.extracting(head...),
      ldb: x.count / pixels, transposeB: false, into: &span, ldc: width)
    return result
  }

  /// Scores to P, and g vᵀ to dS.
  private func softmaxGradient(
    _ scores: inout [Element], _ slopes: inout [Element], _ pixels: Int, scale: Element
  ) {
    for start in stride(from: 0, to: scores.count, by: pixels) {
      var span = scores.mutableSpan
      var row = span._mutatingExtracting(start..<start + pixels)
      softmax(&row, scale: scale)
      var sum: Element = 0
      for i in start..<start + pixels { sum += scores[i] * slopes[i] }
      for i in start..<start + pixels { slopes[i] = scores[i] * (slopes[i] - sum) * scale }
    }
  }

  private func transposeSquare(_ x: inout [Element], edge: Int) {
    for row in 0..<edge {
      for column in 0..<row { x.swapAt(row * edge + column, column * edge + row) }
    }
  }
}
