/// The weights of a Stable Diffusion autoencoder in a file.
public struct VAEParameters: ParameterSource {
  /// Path of the file.
  public let source: String

  private let tensors: NamedTensors
  private let names: VAENames

  /// The weights in a checkpoint.
  ///
  /// - Throws: ``CheckpointError`` if there is no autoencoder in it.
  init(_ checkpoint: Checkpoint) throws(CheckpointError) {
    source = checkpoint.source
    tensors = checkpoint.tensors
    guard let names = VAENames(checkpoint.tensors) else {
      throw CheckpointError(
        file: source,
        reason: "no autoencoder: it has neither decoder.conv_in.weight nor encoder.conv_in.weight")
    }
    self.names = names
  }

  /// The tensor of a graph's name.
  private func tensor(_ name: String) -> StoredTensor? {
    names.candidates(name).lazy.compactMap { tensors[$0] }.first
  }

  /// Whether the file has a layer.
  func has(_ layer: String) -> Bool { tensor("\(layer).weight") != nil }

  /// Number of entries `prefix.0.suffix`, `prefix.1.suffix`, ...
  func count(_ prefix: String, _ suffix: String) -> Int {
    (0...).prefix { has("\(prefix).\($0).\(suffix)") }.count
  }

  /// Number of outputs of a convolution or linear layer, whose tensors are checked.
  ///
  /// - Parameters:
  ///   - layer: its name.
  ///   - inputs: channels that it must take.
  ///   - size: height and width of the kernel.
  /// - Returns: the number.
  /// - Throws: ``CheckpointError`` if a tensor is missing, or has another shape.
  func outputs(of layer: String, inputs: Int, size: Int) throws(CheckpointError) -> Int {
    let shape = try shape("\(layer).weight")
    // Old files have 1x1 convolutions for linear layers.
    let isFlat = size == 1 && shape == [shape.first ?? 0, inputs]
    guard isFlat || shape.count == 4 && Array(shape[1...]) == [inputs, size, size] else {
      throw CheckpointError(
        file: source,
        reason: "\(layer) has weights of shape \(shape), not [N] + \([inputs, size, size])")
    }
    try checkVector("\(layer).bias", shape[0])
    return shape[0]
  }

  /// Channels that a convolution takes.
  func inputs(of layer: String) throws(CheckpointError) -> Int {
    let shape = try shape("\(layer).weight")
    guard shape.count == 4, shape[1] > 0 else {
      throw CheckpointError(file: source, reason: "\(layer) has weights of shape \(shape)")
    }
    return shape[1]
  }

  /// Checks that there are blocks, and that they are as wide as the configuration says.
  func checkWidths(_ blocks: String, _ expected: [Int]?) throws(CheckpointError) {
    var widths: [Int] = []
    for block in 0..<count(blocks, "resnets.0.norm1") {
      widths.append(try shape("\(blocks).\(block).resnets.0.conv1.weight").first ?? 0)
    }
    guard !widths.isEmpty else {
      throw CheckpointError(file: source, reason: "there is no \(blocks).0.resnets.0.norm1")
    }
    guard expected == nil || expected == widths else {
      throw CheckpointError(
        file: source,
        reason: "\(blocks) are \(widths) channels wide, not \(expected ?? []) as config.json says")
    }
  }

  /// Checks gain and bias of a norm.
  func checkNorm(_ layer: String, channels: Int, groups: Int) throws(CheckpointError) {
    guard channels % groups == 0 else {
      throw CheckpointError(
        file: source,
        reason: "\(layer) has \(channels) channels, which \(groups) groups do not share")
    }
    try checkVector("\(layer).weight", channels)
    try checkVector("\(layer).bias", channels)
  }

  private func checkVector(_ name: String, _ count: Int) throws(CheckpointError) {
    let shape = try shape(name)
    guard shape == [count] else {
      throw CheckpointError(file: source, reason: "\(name) has shape \(shape), not [\(count)]")
    }
  }

  private func shape(_ name: String) throws(CheckpointError) -> [Int] {
    guard let tensor = tensor(name) else {
      throw CheckpointError(file: source, reason: "there is no \(name)")
    }
    return tensor.shape
  }

  /// The elements of a parameter.
  ///
  /// - Parameters:
  ///   - name: as in the graph.
  ///   - shape: as in the graph.
  ///   - type: `Float` or `Double`.
  /// - Returns: as many elements as `shape` has.
  /// - Throws: ``CheckpointError`` if the tensor is missing.
  public func elements<Element: BinaryFloatingPoint>(
    of name: String, shape: Shape, as type: Element.Type
  ) throws -> [Element] {
    guard let tensor = tensor(name), tensor.count == shape.count else {
      throw CheckpointError(file: source, reason: "there is no \(name) of shape \(shape)")
    }
    return tensor.elements(as: type)
  }

  /// SHA-256 of all parameters of a graph in single precision, with the number of groups.
  func digest(of graph: Graph, groups: Int) -> String {
    var digest = SHA256()
    digest.update("vae 1 \(groups)\n")
    for (name, shape) in graph.parameters {
      digest.update("\(name) \(shape)\n")
      // Missing tensors were refused when the graph was made.
      let elements = (try? self.elements(of: name, shape: shape, as: Float.self)) ?? []
      digest.update(elements)
    }
    return digest.finish()
  }
}
