/// The weights of an Inception-v3 in a file, with its batch norms folded into weights and biases.
///
/// The layer `mixed_4.tower.conv_1` has parameters `mixed_4.tower.conv_1.weight`,
/// w γ / sqrt(variance + 0.001), and `mixed_4.tower.conv_1.bias`,
/// β - mean γ / sqrt(variance + 0.001). γ is 1 where the file has none.
public struct InceptionParameters: ParameterSource {
  /// Path of the file.
  public let source: String

  private let tensors: NamedTensors
  private let naming: Naming

  /// How the file names its tensors.
  private enum Naming {
    /// As in the official archives, after this prefix: `net.layers.`, say.
    case official(prefix: String)

    /// As torchvision and pytorch-fid do.
    case torchvision
  }

  /// Added to variances.
  static let epsilon = 0.001

  /// The weights in a checkpoint.
  ///
  /// - Throws: ``CheckpointError`` if the first layer is not there.
  init(_ checkpoint: Checkpoint) throws(CheckpointError) {
    source = checkpoint.source
    tensors = checkpoint.tensors
    let first = "layers.conv.weight"
    if let name = tensors.names.first(where: { $0 == first || $0.hasSuffix("." + first) }) {
      naming = .official(prefix: String(name.dropLast("conv.weight".count)))
    } else if tensors["Conv2d_1a_3x3.conv.weight"] != nil {
      naming = .torchvision
    } else {
      throw CheckpointError(
        file: source,
        reason: "no Inception-v3 of 2015-12-05: it has neither layers.conv.weight nor "
          + "Conv2d_1a_3x3.conv.weight")
    }
  }

  /// The tensor that holds `part` of a layer.
  private func tensor(_ layer: String, _ part: Part) -> StoredTensor? {
    switch naming {
    case .official(let prefix): tensors["\(prefix)\(layer).\(part.rawValue)"]
    case .torchvision: tensors["\(InceptionNames.torchvision(layer)).\(part.torchvision)"]
    }
  }

  /// A tensor of a layer, by its official name.
  private enum Part: String, CaseIterable {
    case weight, gamma, beta, mean
    case variance = "var"

    var torchvision: String {
      switch self {
      case .weight: "conv.weight"
      case .gamma: "bn.weight"
      case .beta: "bn.bias"
      case .mean: "bn.running_mean"
      case .variance: "bn.running_var"
      }
    }
  }

  /// The name of the classifier's weights in a graph.
  static let classifier = "classifier"

  /// Weights of the classifier behind the features, `[classes, features]`, if the file has them; its
  /// biases do not count in inception scores.
  private var classifierWeights: StoredTensor? {
    switch naming {
    case .official(let prefix): tensors["\(prefix.dropLast("layers.".count))output.weight"]
    case .torchvision: tensors["fc.weight"]
    }
  }

  /// Number of classes.
  ///
  /// - Parameter features: number of features.
  /// - Returns: the number; nil without a classifier.
  /// - Throws: ``CheckpointError`` if its weights have another shape.
  func classes(features: Int) throws(CheckpointError) -> Int? {
    guard let weights = classifierWeights else { return nil }
    guard weights.shape.count == 2, weights.shape[0] >= 2, weights.shape[1] == features else {
      throw CheckpointError(
        file: source,
        reason: "the classifier has weights of shape \(weights.shape), not [N, \(features)]")
    }
    return weights.shape[0]
  }

  /// Number of outputs of a layer, whose tensors are checked.
  ///
  /// - Parameters:
  ///   - layer: its official name.
  ///   - kernel: input channels, height and width that it must have.
  /// - Returns: the number.
  /// - Throws: ``CheckpointError`` if a tensor is missing, or has another shape.
  func outputs(of layer: String, kernel: [Int]) throws(CheckpointError) -> Int {
    guard let weight = tensor(layer, .weight) else { throw missing(layer, .weight) }
    guard weight.shape.count == 4, Array(weight.shape.dropFirst()) == kernel else {
      throw CheckpointError(
        file: source,
        reason: "\(layer) has weights of shape \(weight.shape), not [N] + \(kernel)")
    }
    for part in Part.allCases where part != .weight {
      guard let tensor = tensor(layer, part) else {
        if part == .gamma { continue }
        throw missing(layer, part)
      }
      guard tensor.shape == [weight.shape[0]] else {
        throw CheckpointError(
          file: source,
          reason: "\(layer) has \(part) of shape \(tensor.shape), not [\(weight.shape[0])]")
      }
    }
    return weight.shape[0]
  }

  private func missing(_ layer: String, _ part: Part) -> CheckpointError {
    CheckpointError(file: source, reason: "\(layer) has no \(part)")
  }

  /// The elements of a folded parameter.
  ///
  /// - Parameters:
  ///   - name: a layer's, followed by `.weight` or `.bias`.
  ///   - shape: as in the graph.
  ///   - type: `Float` or `Double`.
  /// - Returns: as many elements as `shape` has.
  /// - Throws: ``CheckpointError`` if a tensor is missing.
  public func elements<Element: BinaryFloatingPoint>(
    of name: String, shape: Shape, as type: Element.Type
  ) throws -> [Element] {
    if name == Self.classifier {
      return classifierWeights?.elements(as: Element.self) ?? []
    }
    guard let dot = name.lastIndex(of: ".") else { preconditionFailure("\(name) has no layer") }
    let layer = String(name[..<dot])
    func vector(_ part: Part) throws(CheckpointError) -> [Double] {
      guard let tensor = tensor(layer, part) else { throw missing(layer, part) }
      return tensor.elements(as: Double.self)
    }
    let gamma = tensor(layer, .gamma)?.elements(as: Double.self)
    let scales = try vector(.variance).enumerated().map { index, variance in
      (gamma?[index] ?? 1) / (variance + Self.epsilon).squareRoot()
    }
    if name.hasSuffix(".bias") {
      let (beta, mean) = (try vector(.beta), try vector(.mean))
      return scales.indices.map { Element(beta[$0] - mean[$0] * scales[$0]) }
    }
    let count = shape.count / max(scales.count, 1)
    return try vector(.weight).enumerated().map { Element($1 * scales[$0 / count]) }
  }

  /// SHA-256 of all parameters of `graph` in single precision.
  func digest(of graph: Graph) -> String {
    var digest = SHA256()
    digest.update("inception-v3 1\n")
    for (name, shape) in graph.parameters {
      digest.update("\(name) \(shape)\n")
      // Missing tensors were refused when the graph was made.
      let elements = (try? self.elements(of: name, shape: shape, as: Float.self)) ?? []
      digest.update(elements)
    }
    return digest.finish()
  }
}
