import Foundation

@testable import GuidedDiffusion

/// The small autoencoder of the fixtures, its halves in files of their own, and what it makes of
/// recorded inputs.
enum TinyVAE {
  static let decoderPath = Fixture.path("tiny-vae-decoder.safetensors")
  static let encoderPath = Fixture.path("tiny-vae-encoder.safetensors")

  /// A recorded tensor, `[N, C, H, W]` as `[N, H, W, C]`.
  static func vector(_ name: String) throws -> Tensor<Double> {
    guard let tensor = try Fixture.safetensors("tiny-vae.safetensors")[name] else {
      throw CheckpointError(file: "tiny-vae.safetensors", reason: "no tensor \(name)")
    }
    return InceptionTests.channelsLast(tensor)
  }

  /// Recorded means and standard deviations of the latents, joined along the channels.
  static func moments() throws -> [Double] {
    let (mean, deviation) = (try vector("encoded_mean"), try vector("encoded_std"))
    let channels = mean.shape[3]
    return stride(from: 0, to: mean.elements.count, by: channels).flatMap { pixel in
      mean.elements[pixel..<pixel + channels] + deviation.elements[pixel..<pixel + channels]
    }
  }

  /// All tensors of both halves with the names that `rename` gives them, in one file.
  static func write(to path: String, rename: (String) -> String) throws {
    var tensors = NamedTensors()
    for half in [decoderPath, encoderPath] {
      for (name, tensor) in try SafetensorsFile(half).tensors {
        _ = tensors.append(rename(name), tensor)
      }
    }
    let entries = tensors.map {
      SafetensorsWriter.Entry(name: $0.name, type: $0.tensor.type, shape: $0.tensor.shape)
    }
    let writer = try SafetensorsWriter(path, entries: entries, metadata: [])
    for (_, tensor) in tensors { try writer.append(tensor.bytes) }
    try writer.commit()
  }
}
