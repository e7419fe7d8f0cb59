/// A trained density network of the 2D example with its parameters.
package struct ToyNetwork: Sendable {
  /// Its size.
  package let configuration: ToyMLP

  /// The elements of each parameter.
  package let parameters: [String: [Float]]

  /// What is known of its training, for example the class; empty for official files.
  package var training: [String: String]

  /// A network.
  package init(
    _ configuration: ToyMLP, parameters: [String: [Float]], training: [String: String] = [:]
  ) {
    self.configuration = configuration
    self.parameters = parameters
    self.training = training
  }
}

extension ToyNetwork {
  private static let kind = "toy network"

  /// Reads what ``write(to:)`` wrote, or an official pickle.
  ///
  /// In a pickle the weights `layers.0.weight`, `layers.2.weight`, ... and `gain` are looked for
  /// under any prefix, under `ema` first.
  ///
  /// - Throws: ``CheckpointError`` if there is no such network in the file.
  package init(_ path: String) throws(CheckpointError) {
    let checkpoint = try Checkpoint.open(path)
    func refuse(_ reason: String) -> CheckpointError {
      CheckpointError(file: path, reason: "this is no network of the 2D example: " + reason)
    }
    let suffix = "layers.0.weight"
    let prefixes = checkpoint.tensors.map(\.name).filter { $0.hasSuffix(suffix) }
      .map { String($0.dropLast(suffix.count)) }
    guard let prefix = prefixes.first(where: { $0.contains("ema") }) ?? prefixes.first else {
      throw refuse("it has no layers.0.weight")
    }
    func tensor(_ name: String) -> StoredTensor? { checkpoint.tensors[prefix + name] }
    guard let first = tensor(suffix)?.shape, first.count == 2, first[1] == 4 else {
      throw refuse("layers.0.weight is not [features, 4]")
    }
    let layers = (1...1000).prefix { tensor("layers.\(2 * $0).weight") != nil }.count
    guard layers > 0, first[0] <= 65_536 else { throw refuse("it has no hidden layer") }

    var texts: [String: String] = [:]
    for entry in checkpoint.metadata { texts[entry.name] = entry.text }
    let configuration = ToyMLP(
      features: first[0], layers: layers,
      sigmaData: texts["sigma_data"].flatMap { Double($0) } ?? 0.5)
    var parameters: [String: [Float]] = [:]
    for (name, shape) in configuration.graph().parameters {
      guard let stored = tensor(name), stored.shape == shape.dimensions else {
        throw refuse("\(name) is missing or not \(shape)")
      }
      parameters[name] = stored.elements(as: Float.self)
    }
    self.init(configuration, parameters: parameters, training: texts)
  }

  /// Writes the network as a safetensors file, whole or not at all.
  ///
  /// - Throws: ``FileError``.
  package func write(to path: String) throws(FileError) {
    let tensors = configuration.graph().parameters.map { name, shape in
      (name: name, tensor: StoredTensor(parameters[name] ?? [], shape: shape.dimensions))
    }
    var texts = training
    texts["autoguide.kind"] = Self.kind
    texts["sigma_data"] = "\(configuration.sigmaData)"
    try SafetensorsFile.write(
      tensors, metadata: texts.sorted { $0.key < $1.key }.map { .init($0.key, $0.value) },
      to: path)
  }
}
