/// Describes ``InceptionV3`` as a graph, reading the widths of its layers from the weights.
struct InceptionBuilder {
  let parameters: InceptionParameters
  var graph = Graph()

  typealias Value = Graph.Value

  /// Kernel, stride and padding of a convolution.
  struct Kernel {
    var height: Int
    var width: Int
    var stride = 1
    var isPadded = true

    static let point = Kernel(height: 1, width: 1)

    /// n x n, padded to keep the size of the image.
    static func square(_ n: Int) -> Kernel { Kernel(height: n, width: n) }

    /// 1 x n.
    static func row(_ n: Int) -> Kernel { Kernel(height: 1, width: n) }

    /// n x 1.
    static func column(_ n: Int) -> Kernel { Kernel(height: n, width: 1) }

    /// 3 x 3 without padding.
    static func valid(stride: Int) -> Kernel {
      Kernel(height: 3, width: 3, stride: stride, isPadded: false)
    }

    var padding: Convolution.Padding {
      let (rows, columns) = isPadded ? (height / 2, width / 2) : (0, 0)
      return Convolution.Padding(top: rows, left: columns, bottom: rows, right: columns)
    }
  }

  /// The whole network, from pixels to features.
  mutating func build(_ images: Value) throws(CheckpointError) {
    var x = graph.unary(.affine(scale: 1 / 128, shift: -1), images)
    if graph.shape(x).channels == 1 { x = graph.concatenate([x, x, x]) }
    x = graph.resize(
      x, height: InceptionV3.edge, width: InceptionV3.edge, filter: .bilinearFromCorner)

    x = try layer(x, "conv", .valid(stride: 2))
    x = try layer(x, "conv_1", .valid(stride: 1))
    x = try layer(x, "conv_2", .square(3))
    x = graph.pool(x, .maximum, size: 3, stride: 2)
    x = try layer(x, "conv_3", .point)
    x = try layer(x, "conv_4", .valid(stride: 1))
    x = graph.pool(x, .maximum, size: 3, stride: 2)

    x = try fine(x, "mixed")  // 35 x 35
    x = try fine(x, "mixed_1")
    x = try fine(x, "mixed_2")
    x = try reduceFine(x, "mixed_3")  // 17 x 17
    for index in 4...7 { x = try factorised(x, "mixed_\(index)") }
    x = try reduceFactorised(x, "mixed_8")  // 8 x 8
    x = try expanded(x, "mixed_9", pooling: .mean(countsPadding: false))
    x = try expanded(x, "mixed_10", pooling: .maximum)

    let pooled = graph.pool(
      x, .mean(countsPadding: true), size: graph.shape(x).height, stride: 1)
    graph.name(graph.reshape(pooled, .batched(graph.shape(x).channels)), "features")
  }
}

extension InceptionBuilder {
  /// Branches of 1x1, 5x5, two 3x3, and a pool (Figure 5 of the paper).
  private mutating func fine(_ x: Value, _ name: String) throws(CheckpointError) -> Value {
    try join(
      name,
      [
        layer(x, "\(name).conv", .point),
        tower(x, "\(name).tower", .point, .square(5)),
        tower(x, "\(name).tower_1", .point, .square(3), .square(3)),
        pooled(x, "\(name).tower_2.conv"),
      ])
  }

  /// To half the size.
  private mutating func reduceFine(_ x: Value, _ name: String) throws(CheckpointError) -> Value {
    try join(
      name,
      [
        layer(x, "\(name).conv", .valid(stride: 2)),
        tower(x, "\(name).tower", .point, .square(3), .valid(stride: 2)),
        graph.pool(x, .maximum, size: 3, stride: 2),
      ])
  }

  /// Branches of 1x1, and of 7x7 as rows and columns (Figure 6).
  private mutating func factorised(_ x: Value, _ name: String) throws(CheckpointError) -> Value {
    try join(
      name,
      [
        layer(x, "\(name).conv", .point),
        tower(x, "\(name).tower", .point, .row(7), .column(7)),
        tower(x, "\(name).tower_1", .point, .column(7), .row(7), .column(7), .row(7)),
        pooled(x, "\(name).tower_2.conv"),
      ])
  }

  /// To half the size.
  private mutating func reduceFactorised(
    _ x: Value, _ name: String
  ) throws(CheckpointError) -> Value {
    try join(
      name,
      [
        tower(x, "\(name).tower", .point, .valid(stride: 2)),
        tower(x, "\(name).tower_1", .point, .row(7), .column(7), .valid(stride: 2)),
        graph.pool(x, .maximum, size: 3, stride: 2),
      ])
  }

  /// Branches that end in a row and a column beside each other (Figure 7).
  private mutating func expanded(
    _ x: Value, _ name: String, pooling: Pooling.Reduction
  ) throws(CheckpointError) -> Value {
    let a = try layer(x, "\(name).tower_conv", .point)
    let b = try layer(
      layer(x, "\(name).tower_1_conv", .point), "\(name).tower_1_conv_1", .square(3))
    return try join(
      name,
      [
        layer(x, "\(name).conv", .point),
        layer(a, "\(name).tower_mixed_conv", .row(3)),
        layer(a, "\(name).tower_mixed_conv_1", .column(3)),
        layer(b, "\(name).tower_1_mixed_conv", .row(3)),
        layer(b, "\(name).tower_1_mixed_conv_1", .column(3)),
        pooled(x, "\(name).tower_2_conv", pooling),
      ])
  }
}

extension InceptionBuilder {
  /// relu(convolution + bias); `name` is the official one.
  private mutating func layer(
    _ x: Value, _ name: String, _ kernel: Kernel
  ) throws(CheckpointError) -> Value {
    let size = [graph.shape(x).channels, kernel.height, kernel.width]
    let outputs = try parameters.outputs(of: name, kernel: size)
    let weights = graph.parameter("\(name).weight", outputs, size[0], size[1], size[2])
    let y = graph.convolution(x, weights, stride: kernel.stride, padding: kernel.padding)
    let result = graph.relu(graph.binary(.add, y, graph.parameter("\(name).bias", outputs)))
    if !name.contains(".") { graph.name(result, name) }
    return result
  }

  /// Layers one after the other: `name.conv`, `name.conv_1`, ...
  private mutating func tower(
    _ x: Value, _ name: String, _ kernels: Kernel...
  ) throws(CheckpointError) -> Value {
    var x = x
    for (index, kernel) in kernels.enumerated() {
      x = try layer(x, "\(name).conv\(index == 0 ? "" : "_\(index)")", kernel)
    }
    return x
  }

  /// A layer of 1x1 after a pool of 3x3.
  private mutating func pooled(
    _ x: Value, _ name: String, _ reduction: Pooling.Reduction = .mean(countsPadding: false)
  ) throws(CheckpointError) -> Value {
    try layer(graph.pool(x, reduction, size: 3, stride: 1, padding: 1), name, .point)
  }

  private mutating func join(_ name: String, _ parts: [Value]) -> Value {
    let joined = graph.concatenate(parts)
    graph.name(joined, name)
    return joined
  }
}
