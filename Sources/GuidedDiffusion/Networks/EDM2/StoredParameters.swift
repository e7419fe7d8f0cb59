/// The parameters of a network in a file.
public struct StoredParameters: ParameterSource {
  /// Path of the file.
  let source: String

  /// All parameters.
  public let tensors: NamedTensors

  /// The elements of a parameter, converted.
  ///
  /// - Parameters:
  ///   - name: as in the file.
  ///   - shape: the shape expected.
  ///   - type: `Float` or `Double`.
  /// - Returns: the elements, row-major.
  /// - Throws: ``CheckpointError`` if the parameter is missing or has another shape.
  public func elements<Element: BinaryFloatingPoint>(
    of name: String, shape: Shape, as type: Element.Type
  ) throws -> [Element] {
    guard let tensor = tensors[name] else {
      throw CheckpointError(file: source, reason: "the weights \(name) are missing")
    }
    guard tensor.shape == shape.dimensions else {
      throw CheckpointError(
        file: source, reason: "the weights \(name) have shape \(tensor.shape), not \(shape)")
    }
    return tensor.elements(as: type)
  }

  /// Checks that the parameters are exactly those of `graph`, and floating-point numbers.
  func check(against graph: Graph) throws(CheckpointError) {
    var complaints = Complaints()
    var expected: Set<String> = []
    for (name, shape) in graph.parameters {
      expected.insert(name)
      guard let tensor = tensors[name] else {
        complaints.missing.append(name)
        continue
      }
      if tensor.shape != shape.dimensions {
        complaints.wrong.append("\(name) of shape \(tensor.shape) instead of \(shape)")
      } else if ![.f16, .bf16, .f32, .f64].contains(tensor.type) {
        complaints.wrong.append("\(name) of type \(tensor.type.rawValue)")
      }
    }
    complaints.extra = tensors.names.filter { !expected.contains($0) }
    if let text = complaints.text {
      throw CheckpointError(
        file: source, reason: "the weights do not fit the configuration: \(text)")
    }
  }

  /// What is wrong with the weights, in few words however much it is.
  private struct Complaints {
    var missing: [String] = []
    var extra: [String] = []
    var wrong: [String] = []

    var text: String? {
      let parts = [("missing", missing), ("extra", extra), ("wrong", wrong)]
        .filter { !$0.1.isEmpty }
        .map { kind, names in
          let more = names.count > 3 ? " and \(names.count - 3) more" : ""
          return "\(kind) \(names.prefix(3).joined(separator: ", "))\(more)"
        }
      return parts.isEmpty ? nil : parts.joined(separator: "; ")
    }
  }
}
