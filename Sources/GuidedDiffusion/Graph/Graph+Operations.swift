/// The builders: one per operation, each with its shape rule.
extension Graph {
  /// Values handed over at each run; asking twice gives the same value.
  public mutating func input(_ name: String, _ shape: Shape) -> Value {
    precondition(
      inputs.allSatisfy { $0.name != name || $0.shape == shape }, "two inputs named \(name)")
    return append(.input(name), [], shape: shape)
  }

  /// A named leaf, for example a weight tensor; asking twice gives the same value.
  public mutating func parameter(_ name: String, _ dimensions: Int...) -> Value {
    let shape = Shape(isBatched: false, dimensions: dimensions)
    if let index = nodes.firstIndex(where: { $0.operation == .parameter(name) }) {
      precondition(nodes[index].shape == shape, "\(name) is \(nodes[index].shape), not \(shape)")
      return Value(index: index)
    }
    return append(.parameter(name), [], shape: shape)
  }

  /// The same number everywhere.
  public mutating func fill(_ number: Double, _ shape: Shape) -> Value {
    append(.fill(number), [], shape: shape)
  }

  /// Cross-correlation of `[N, H, W, Cin]` with weights `[Cout, Cin, kh, kw]`.
  ///
  /// - Returns: `[N, (H + top + bottom - kh) / stride + 1, ..., Cout]`.
  public mutating func convolution(
    _ x: Value, _ weights: Value, stride: Int = 1, padding: Convolution.Padding
  ) -> Value {
    let (image, kernel) = (shape(x), shape(weights).dimensions)
    precondition(
      image.isBatched && image.dimensions.count == 3 && kernel.count == 4
        && kernel[1] == image.channels, "convolution of \(image) with \(kernel)")
    let height = (image.height + padding.top + padding.bottom - kernel[2]) / stride + 1
    let width = (image.width + padding.left + padding.right - kernel[3]) / stride + 1
    return append(
      .convolution(Convolution(stride: stride, padding: padding)), [x, weights],
      shape: .batched(height, width, kernel[0]))
  }

  /// y = x Wᵀ over the last axis: `[N, ..., Cin]`, `[Cout, Cin]` to `[N, ..., Cout]`.
  public mutating func linear(_ x: Value, _ weights: Value) -> Value {
    let kernel = shape(weights).dimensions
    precondition(
      kernel.count == 2 && kernel[1] == shape(x).channels, "linear of \(shape(x)) with \(kernel)")
    return append(.linear, [x, weights], shape: shape(x).withChannels(kernel[0]))
  }

  /// softmax(q kᵀ scale) v per head; all three `[N, H, W, C]`.
  public mutating func attention(
    _ q: Value, _ k: Value, _ v: Value, heads: Int, scale: Double
  ) -> Value {
    precondition(
      shape(q) == shape(k) && shape(q) == shape(v) && shape(q).channels % heads == 0,
      "attention of \(shape(q)), \(shape(k)), \(shape(v)) with \(heads) heads")
    return append(
      .attention(Attention(heads: heads, scale: scale)), [q, k, v], shape: shape(q))
  }

  /// x / (epsilon + rms(x)), the mean taken over `axes` (EDM2 eq. 66).
  public mutating func normalize(
    _ x: Value, _ axes: Normalization.Axes, epsilon: Double = 1e-4
  ) -> Value {
    if case .channels(let groups) = axes {
      precondition(shape(x).channels % groups == 0, "\(groups) groups in \(shape(x))")
    }
    return append(
      .normalize(Normalization(axes: axes, epsilon: epsilon)), [x], shape: shape(x))
  }

  /// (x - mean) / sqrt(variance + epsilon) over the last axis (see ``Operation/standardize(epsilon:)``).
  public mutating func standardize(_ x: Value, epsilon: Double) -> Value {
    append(.standardize(epsilon: epsilon), [x], shape: shape(x))
  }

  /// The rows of each image as tokens, behind a first one that all images share.
  ///
  /// - Parameters:
  ///   - x: `[N, ..., C]`.
  ///   - table: `[1 + rows, C]`: the first token, and what is added to each row.
  /// - Returns: `[N, 1, 1 + rows, C]`.
  public mutating func tokens(_ x: Value, _ table: Value) -> Value {
    let (rows, channels) = (shape(x).rows, shape(x).channels)
    precondition(
      shape(x).isBatched && shape(table) == .fixed(1 + rows, channels),
      "tokens of \(shape(x)) and \(shape(table))")
    return append(.tokens, [x, table], shape: .batched(1, 1 + rows, channels))
  }

  /// Row `index` of each image: `[N, ..., C]` to `[N, C]`.
  public mutating func row(_ x: Value, _ index: Int) -> Value {
    precondition(
      shape(x).isBatched && 0..<shape(x).rows ~= index, "row \(index) of \(shape(x))")
    return append(.row(index), [x], shape: .batched(shape(x).channels))
  }

  /// An element-wise function.
  public mutating func unary(_ function: UnaryFunction, _ x: Value) -> Value {
    append(.unary(function), [x], shape: shape(x))
  }

  /// scale x.
  public mutating func scale(_ x: Value, by scale: Double) -> Value {
    unary(.affine(scale: scale, shift: 0), x)
  }

  /// An element-wise function of two values; `b` may broadcast over `a`.
  public mutating func binary(_ function: BinaryFunction, _ a: Value, _ b: Value) -> Value {
    precondition(
      shape(b).broadcasts(over: shape(a)), "\(function) of \(shape(a)) and \(shape(b))")
    return append(.binary(function), [a, b], shape: shape(a))
  }

  /// Σ kᵢ xᵢ over values of one shape.
  public mutating func combine(_ terms: [(Value, Double)]) -> Value {
    let shapes = Set(terms.map { shape($0.0) })
    precondition(shapes.count == 1, "combination of \(shapes)")
    return append(.combine(terms.map(\.1)), terms.map(\.0), shape: shape(terms[0].0))
  }

  /// Joins along the last axis.
  public mutating func concatenate(_ parts: [Value]) -> Value {
    let channels = parts.map { shape($0).channels }.reduce(0, +)
    let joined = shape(parts[0]).withChannels(channels)
    precondition(
      parts.allSatisfy { shape($0).withChannels(channels) == joined },
      "concatenation of \(parts.map(shape))")
    return append(.concatenate, parts, shape: joined)
  }

  /// Part of the last axis.
  public mutating func slice(_ x: Value, _ range: Range<Int>) -> Value {
    precondition(
      !range.isEmpty && range.lowerBound >= 0 && range.upperBound <= shape(x).channels,
      "channels \(range) of \(shape(x))")
    return append(.slice(range), [x], shape: shape(x).withChannels(range.count))
  }

  /// x with random elements set to zero, the others scaled up (see ``Dropout``).
  ///
  /// - Parameters:
  ///   - x: `[N, ..., C]`.
  ///   - keys: `[N, 4]`: each image's key of 64 bits as four whole numbers of 16 bits, the lowest
  ///     one first. They differ from step to step.
  ///   - dropout: the probability, and the number of the layer.
  /// - Returns: a value of x's shape; x itself if nothing is dropped.
  public mutating func dropout(_ x: Value, keys: Value, _ dropout: Dropout) -> Value {
    precondition(
      shape(x).isBatched && shape(keys) == .batched(4), "dropout of \(shape(x)) by \(shape(keys))")
    return dropout.threshold == 0 ? x : append(.dropout(dropout), [x, keys], shape: shape(x))
  }

  /// Half or double width and height (see ``Resampling``).
  public mutating func resample(
    _ x: Value, _ direction: Resampling.Direction, filter: [Double]
  ) -> Value {
    let image = shape(x)
    precondition(!filter.isEmpty && filter.count % 2 == 0, "a filter of even length is needed")
    precondition(image.isBatched && image.dimensions.count == 3, "resampling of \(image)")
    let size: (Int) -> Int
    switch direction {
    case .down:
      precondition(image.height % 2 == 0 && image.width % 2 == 0, "\(image) has an odd edge")
      size = { $0 / 2 }
    case .up: size = { $0 * 2 }
    }
    return append(
      .resample(Resampling(direction: direction, filter: filter)), [x],
      shape: .batched(size(image.height), size(image.width), image.channels))
  }

  /// Rows of the first axis of an unbatched value: y[i] = x[indices[i]].
  public mutating func gather(_ x: Value, _ indices: [Int]) -> Value {
    let source = shape(x)
    precondition(
      !source.isBatched && indices.allSatisfy { 0..<source.dimensions[0] ~= $0 },
      "rows of \(source)")
    return append(
      .gather(indices), [x],
      shape: Shape(isBatched: false, dimensions: [indices.count] + source.dimensions.dropFirst()))
  }

  /// The same elements in the same order, in another shape.
  public mutating func reshape(_ x: Value, _ shape: Shape) -> Value {
    precondition(
      shape.count == self.shape(x).count && shape.isBatched == self.shape(x).isBatched,
      "\(self.shape(x)) as \(shape)")
    return append(.reshape, [x], shape: shape)
  }
}

extension Shape {
  /// Whether a second operand of this shape may stand beside a first of shape `other`.
  func broadcasts(over other: Shape) -> Bool {
    if self == other { return true }
    if isBatched && !other.isBatched { return false }
    return count == 1 || dimensions == [other.channels]
  }
}
