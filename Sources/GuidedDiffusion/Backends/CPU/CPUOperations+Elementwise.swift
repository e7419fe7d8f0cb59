import RealModule

extension CPUOperations {
  /// An element-wise function of one value.
  func unary(_ function: UnaryFunction, _ x: Value) -> [Element] {
    Tiling(images: images, shape: x.shape).map { tile, y in
      apply(function, x.elements.span.extracting(x.range(tile)), into: &y)
    }
  }

  private func apply(
    _ function: UnaryFunction, _ x: Span<Element>, into y: inout MutableSpan<Element>
  ) {
    precondition(x.count == y.count)
    switch function {
    case .silu: for i in x.indices { y[i] = x[i] / (1 + Element.fastExponential(-x[i])) }
    case .sigmoid: for i in x.indices { y[i] = 1 / (1 + Element.fastExponential(-x[i])) }
    case .gelu:
      let root = Element(0.5).squareRoot()
      for i in x.indices { y[i] = x[i] * Element.erfc(-x[i] * root) / 2 }
    case .cosine: for i in x.indices { y[i] = Element.cos(x[i]) }
    case .exponential: for i in x.indices { y[i] = Element.exp(x[i]) }
    case .logarithm: for i in x.indices { y[i] = Element.log(x[i]) }
    case .squareRoot: for i in x.indices { y[i] = x[i].squareRoot() }
    case .reciprocal: for i in x.indices { y[i] = 1 / x[i] }
    case .affine(let scale, let shift):
      let (scale, shift) = (Element(scale), Element(shift))
      for i in x.indices { y[i] = scale * x[i] + shift }
    case .clamp(let range):
      let (low, high) = (Element(range.lowerBound), Element(range.upperBound))
      // NaN passes through, as in PyTorch.
      for i in x.indices { y[i] = x[i] < low ? low : x[i] > high ? high : x[i] }
    case .inside(let range):
      let (low, high) = (Element(range.lowerBound), Element(range.upperBound))
      for i in x.indices { y[i] = x[i] >= low && x[i] <= high ? 1 : 0 }
    }
  }

  /// An element-wise function of two values; the second may broadcast.
  func binary(_ function: BinaryFunction, _ a: Value, _ b: Value) -> [Element] {
    Tiling(images: images, shape: a.shape).map { tile, y in
      let x = a.elements.span.extracting(a.range(tile))
      if b.shape.count == 1 {
        apply(function, x, b.elements[b.range(image: tile.image).lowerBound], into: &y)
      } else if b.shape.dimensions == a.shape.dimensions {
        apply(function, x, b.elements.span.extracting(b.range(tile)), into: &y)
      } else {
        let vector = b.elements.span.extracting(b.range(image: tile.image))
        applyPerRow(function, x, vector, into: &y)
      }
    }
  }

  private func apply(
    _ function: BinaryFunction, _ a: Span<Element>, _ b: Element,
    into y: inout MutableSpan<Element>
  ) {
    precondition(a.count == y.count)
    switch function {
    case .add: for i in a.indices { y[i] = a[i] + b }
    case .multiply: for i in a.indices { y[i] = a[i] * b }
    }
  }

  private func apply(
    _ function: BinaryFunction, _ a: Span<Element>, _ b: Span<Element>,
    into y: inout MutableSpan<Element>
  ) {
    precondition(a.count == y.count && a.count == b.count)
    switch function {
    case .add: for i in a.indices { y[i] = a[i] + b[i] }
    case .multiply: for i in a.indices { y[i] = a[i] * b[i] }
    }
  }

  private func applyPerRow(
    _ function: BinaryFunction, _ a: Span<Element>, _ b: Span<Element>,
    into y: inout MutableSpan<Element>
  ) {
    let channels = b.count
    for start in stride(from: 0, to: a.count, by: channels) {
      let row = a.extracting(start..<start + channels)
      var result = y._mutatingExtracting(start..<start + channels)
      apply(function, row, b, into: &result)
    }
  }

  /// Σ kᵢ xᵢ.
  func combine(_ terms: [Value], _ factors: [Element]) -> [Element] {
    Tiling(images: images, shape: terms[0].shape).map { tile, y in
      for (position, (term, factor)) in zip(terms, factors).enumerated() {
        let x = term.elements.span.extracting(term.range(tile))
        precondition(x.count == y.count)
        if position == 0 {
          for i in x.indices { y[i] = factor * x[i] }
        } else {
          for i in x.indices { y[i] += factor * x[i] }
        }
      }
    }
  }
}
