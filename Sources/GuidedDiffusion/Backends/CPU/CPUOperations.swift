/// The CPU implementation of every operation: elements in, elements out.
///
/// `images` is the number of images that the result has, 1 for what all images share; `batch` that
/// of the run, over which sums go.
struct CPUOperations<Element: CPUScalar>: Sendable {
  typealias Value = CPUValue<Element>

  let images: Int
  let batch: Int

  init(images: Int, batch: Int? = nil) {
    self.images = images
    self.batch = batch ?? images
  }

  /// Evaluates a node.
  ///
  /// - Parameters:
  ///   - node: anything but an input or a parameter.
  ///   - operands: the values of its operands.
  ///   - isShared: whether all images share the result.
  ///   - weightsArePacked: whether a convolution's weights are ``packed(_:)`` already.
  /// - Returns: the value of the node.
  @specialized(where Element == Float)
  @specialized(where Element == Double)
  func evaluate(
    _ node: Graph.Node, _ operands: [Value], isShared: Bool, weightsArePacked: Bool = false
  ) -> Value {
    let shape = node.shape
    let elements: [Element]
    switch node.operation {
    case .input, .parameter:
      preconditionFailure("\(node.operation) is given, not computed")
    case .fill(let number):
      elements = [Element](repeating: Element(number), count: images * shape.count)
    case .convolution(let convolution):
      let weights = weightsArePacked ? operands[1] : Self.packed(operands[1])
      elements = convolve(operands[0], weights, convolution, shape)
    case .linear:
      elements = linear(operands[0], operands[1], shape)
    case .attention(let attention):
      elements = attend(operands[0], operands[1], operands[2], attention)
    case .normalize(let normalization):
      elements = normalize(operands[0], normalization)
    case .groupNormalize(let normalization):
      elements = groupNormalize(operands, normalization)
    case .standardize(let epsilon):
      elements = standardize(operands[0], epsilon: Element(epsilon))
    case .unary(let function):
      elements = unary(function, operands[0])
    case .binary(let function):
      elements = binary(function, operands[0], operands[1])
    case .combine(let factors):
      elements = combine(operands, factors.map { Element($0) })
    case .concatenate:
      elements = concatenate(operands, shape)
    case .slice(let range):
      elements = slice(operands[0], range, shape)
    case .resample(let resampling):
      elements = resample(operands[0], resampling, shape)
    case .pool(let pooling):
      elements = pool(operands[0], pooling, shape)
    case .resize(let resizing):
      elements = resize(operands[0], resizing, shape)
    case .tokens:
      elements = tokens(operands[0], operands[1], shape)
    case .row(let index):
      elements = row(index, of: operands[0])
    case .dropout(let dropout):
      elements = drop(operands[0], keys: operands[1], dropout)
    case .gather(let indices):
      elements = gather(operands[0], indices)
    case .reshape:
      elements = operands[0].elements
    case .sum:
      elements = sum(operands[0], to: shape)
    case .broadcast:
      elements = broadcast(operands[0], to: shape)
    case .transpose:
      elements = transpose(operands[0])
    case .convolutionWeights(let convolution):
      elements = convolutionWeights(operands[0], operands[1], convolution, shape)
    case .linearWeights:
      elements = linearWeights(operands[0], operands[1], shape)
    case .attentionGradient(let attention):
      elements = attentionGradient(operands, attention)
    case .normalizeGradient(let normalization):
      elements = normalizeGradient(operands[0], operands[1], normalization)
    }
    return Value(shape: shape, elements: elements, isShared: isShared)
  }
}
