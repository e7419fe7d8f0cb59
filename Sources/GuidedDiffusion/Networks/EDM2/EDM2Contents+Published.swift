extension EDM2Contents {
  /// Reads a published snapshot: a dictionary whose entry `ema` (or `net`) is the network.
  ///
  /// All options come from the states of the pickled objects, all widths from the shapes of the
  /// weights; entries that are not known, as other versions of torch have, are ignored.
  init(published checkpoint: Checkpoint) throws(CheckpointError) {
    func error(_ reason: String) -> CheckpointError {
      CheckpointError(file: checkpoint.source, reason: "no EDM2 network: \(reason)")
    }
    let entries = ["ema", "net"].filter { checkpoint.root?[$0]?.isNone == false }
    guard let entry = entries.first, let network = checkpoint.root?[entry] else {
      throw error("it has no entry `ema`")
    }
    guard network.className == "Precond", network["_modules"]?["unet"]?.className == "UNet" else {
      throw error("the entry `\(entry)` is a \(network.className ?? "value") and not a Precond")
    }
    var tensors = NamedTensors()
    for (name, tensor) in checkpoint.tensors where name.hasPrefix("\(entry).") {
      _ = tensors.append(String(name.dropFirst(entry.count + 1)), tensor)
    }
    self.tensors = tensors
    do throws(EDM2ConfigurationError) {
      configuration = try EDM2StateReader(network: network, tensors: tensors).configuration()
    } catch { throw CheckpointError(file: checkpoint.source, reason: "no EDM2 network: \(error)") }
    encoder = try Self.encoder(checkpoint)
    // The published files do not say it; their names tell them apart.
    let file = checkpoint.source.split(separator: "/").last ?? ""
    if EDM2Configuration.published(String(file)) != nil { licence = "CC BY-NC-SA 4.0" }
  }

  /// The entry `encoder`; files without one hold RGB networks.
  private static func encoder(_ checkpoint: Checkpoint) throws(CheckpointError) -> ImageEncoder {
    guard let encoder = checkpoint.root?["encoder"], !encoder.isNone else { return .rgb }
    switch encoder.className {
    case "StandardRGBEncoder": return .rgb
    case "StabilityVAEEncoder":
      guard let scale = encoder["scale"]?.tensor, let bias = encoder["bias"]?.tensor,
        scale.count == bias.count
      else { return .publishedLatents }
      return .latents(scale: scale.elements(as: Float.self), bias: bias.elements(as: Float.self))
    case let name:
      throw CheckpointError(
        file: checkpoint.source, reason: "an encoder of class \(name ?? "?") is not supported")
    }
  }
}
