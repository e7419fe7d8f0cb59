extension TrainingState {
  private static let format = "autoguide training state 1"

  /// Writes the state as a safetensors file, whole or not at all.
  ///
  /// - Parameters:
  ///   - path: of the file.
  ///   - parameters: their names and shapes.
  ///   - settings: text that must be the same when the training goes on, for example a hash.
  /// - Throws: ``FileError``.
  func write(to path: String, parameters: [(name: String, shape: Shape)], settings: String)
    throws(FileError)
  {
    var tensors: [(name: String, tensor: StoredTensor)] = []
    for part in parts.keys.map({ ($0.label, $0) }).sorted(by: { $0.0 < $1.0 }).map(\.1) {
      for (name, shape) in parameters {
        guard let elements = parts[part]?[name] else {
          preconditionFailure("no \(name) in \(part)")
        }
        tensors.append(
          ("\(part.label).\(name)", StoredTensor(elements, shape: shape.dimensions)))
      }
    }
    let notes = JSON.object(
      notes.sorted { $0.key < $1.key }.map { .init($0.key, .number($0.value)) })
    try SafetensorsFile.write(
      tensors,
      metadata: [
        .init("autoguide.kind", Self.format), .init("settings", settings),
        .init("step", String(step)), .init("time", String(time)),
        .init("notes", notes.description),
      ], to: path)
  }

  /// Reads a state.
  ///
  /// - Throws: ``CheckpointError`` if the file is not a whole state of this training.
  init(
    _ path: String, parameters: [(name: String, shape: Shape)], averages: Int, settings: String
  ) throws(CheckpointError) {
    let file = try SafetensorsFile(path)
    func refuse(_ reason: String) -> CheckpointError { CheckpointError(file: path, reason: reason) }
    guard file.text("autoguide.kind") == Self.format,
      let step = file.text("step").flatMap(Int.init), let time = file.text("time").flatMap(Int.init)
    else { throw refuse("it is not a training state") }
    guard file.text("settings") == settings else {
      throw refuse("it belongs to a training with other settings")
    }
    var parts: [Part: [String: [Float]]] = [:]
    for part in Self.allParts(averages: averages) {
      for (name, shape) in parameters {
        guard let tensor = file["\(part.label).\(name)"], tensor.shape == shape.dimensions else {
          throw refuse("\(part.label).\(name) is missing or of another shape")
        }
        parts[part, default: [:]][name] = tensor.elements(as: Float.self)
      }
    }
    self.init(parts: parts, step: step, time: time)
    if let text = file.text("notes") {
      for member in try JSON(parsing: text, source: "\(path): notes").members ?? [] {
        notes[member.name] = member.value.double
      }
    }
  }
}
