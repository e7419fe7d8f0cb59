/// How images become what a network works on, and back.
public enum ImageEncoder: Hashable, Sendable {
  /// x = pixel / 127.5 - 1.
  case rgb

  /// Latents of the Stable Diffusion VAE, per channel x = raw scale + bias.
  case latents(scale: [Float], bias: [Float])

  /// The published networks' normalisation of latents, from the raw means and standard deviations
  /// over ImageNet to mean 0 and standard deviation 0.5.
  public static let publishedLatents: ImageEncoder = {
    let scale = ([4.17, 4.62, 3.71, 3.28] as [Float]).map { 0.5 / $0 }
    let bias = zip([5.81, 3.25, 0.12, -2.15] as [Float], scale).map { 0 - $0 * $1 }
    return .latents(scale: scale, bias: bias)
  }()
}

extension ImageEncoder {
  /// `{"kind":"rgb"}` or `{"kind":"latents","scale":[...],"bias":[...]}`.
  var json: JSON {
    switch self {
    case .rgb: .object([.init("kind", .string("rgb"))])
    case .latents(let scale, let bias):
      .object([
        .init("kind", .string("latents")),
        .init("scale", .array(scale.map { .number(Double($0)) })),
        .init("bias", .array(bias.map { .number(Double($0)) })),
      ])
    }
  }

  /// Whether scale and bias are numbers that images of so many channels can be decoded with.
  func isUsable(channels: Int) -> Bool {
    switch self {
    case .rgb: true
    case .latents(let scale, let bias):
      scale.count == channels && bias.count == channels && (scale + bias).allSatisfy(\.isFinite)
        && !scale.contains(0)
    }
  }

  /// The encoder that ``json`` gave `json`; nil for anything else.
  init?(_ json: JSON) {
    func numbers(_ name: String) -> [Float]? {
      guard let array = json[name]?.array else { return nil }
      let numbers = array.compactMap(\.double).map(Float.init)
      return numbers.count == array.count ? numbers : nil
    }
    switch json["kind"]?.string {
    case "rgb": self = .rgb
    case "latents":
      guard let scale = numbers("scale"), let bias = numbers("bias") else { return nil }
      self = .latents(scale: scale, bias: bias)
    default: return nil
    }
  }
}
